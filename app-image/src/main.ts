import { createApp, type Readiness } from './app';
import { type Environment, InvalidEnvironment, readEnvironment } from './config/environment';
import { log } from './log';
import { shutDownOnSignal } from './shutdown';

function run(config: Environment): void {
  const readiness: Readiness = { draining: false };
  const server = createApp(config, readiness);

  server.once('error', (error) => {
    log('error', 'cannot listen', { host: config.host, port: config.port, reason: error.message, exitCode: 1 });
    process.exit(1);
  });
  // Before listening: as process 1 of a container, node ignores signals that nobody handles.
  shutDownOnSignal(server, readiness, config);
  server.listen(config.port, config.host, () => log('info', 'listening', { ...config, node: process.version }));
}

try {
  run(readEnvironment());
} catch (error) {
  if (!(error instanceof InvalidEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
