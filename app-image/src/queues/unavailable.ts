import { Unavailable } from '../database/unavailable';

/** Redis is away or too slow: the job is not added, or nobody knows whether it is. */
export class QueuesUnavailable extends Unavailable {}
