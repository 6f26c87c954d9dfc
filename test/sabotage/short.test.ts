import { catalogue } from './catalogue';
import { haveToFail } from './have-to-fail';

haveToFail(catalogue.filter(({ short }) => short));
