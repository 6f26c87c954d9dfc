import { RemovalPolicy } from 'aws-cdk-lib';
import type { Removal } from '../config/environment';

/**
 * Kept when it leaves the template and when it is replaced, but removed when its own creation is rolled
 * back: nothing is in it yet, and under its fixed name it would stand in the way of the next try.
 */
export const retained = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

export const removalPolicy = ({ removal }: { readonly removal: Removal }): RemovalPolicy =>
  removal === 'retain' ? retained : RemovalPolicy.DESTROY;
