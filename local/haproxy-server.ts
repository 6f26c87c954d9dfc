import type { FoundProgram } from './executable';
import { findServerProgram, type WantedServer } from './server-program';

const HAPROXY: WantedServer = {
  name: 'HAProxy',
  command: 'haproxy',
  variable: 'HAPROXY',
  packages: {
    names: ['haproxy', 'liblua5.3-0', 'libopentracing1', 'libopentracing-c-wrapper0', 'libpcre2-8-0'],
    program: 'usr/sbin/haproxy',
    versionFlag: '-v',
  },
  install: 'Debian, Ubuntu: sudo apt-get install haproxy; macOS: brew install haproxy',
};

/** @param cache - for what is unpacked. @default - in node_modules */
export const findHaproxyServer = (cache?: string): Promise<FoundProgram> => findServerProgram(HAPROXY, cache);
