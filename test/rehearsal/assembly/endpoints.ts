import { join } from 'node:path';
import type { Endpoints } from '../../../rehearsal/assembly/bindings';

export const deployed = join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');

export const endpoints: Endpoints = {
  database: { host: 'database.test', port: 5544 },
  cache: { host: 'cache.test', port: 6644 },
  loadBalancer: { host: 'balancer.test' },
};
