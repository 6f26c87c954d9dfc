import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundProgram } from './executable';
import { findServerProgram, type WantedServer } from './server-program';

const REDIS: WantedServer = {
  name: 'Redis server',
  command: 'redis-server',
  variable: 'REDIS_SERVER',
  packages: {
    // redis-tools holds the server itself, as redis-check-rdb: it is one program that looks at its own name.
    names: ['redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'],
    program: 'usr/bin/redis-server',
    versionFlag: '--version',
    finish: (root) => symlinkSync('redis-check-rdb', join(root, 'usr', 'bin', 'redis-server')),
  },
  install: 'Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis',
};

/** @param cache - for what is unpacked. @default - in node_modules */
export const findRedisServer = (cache?: string): Promise<FoundProgram> => findServerProgram(REDIS, cache);
