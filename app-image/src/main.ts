import { InvalidEnvironment, type LoadedEnvironment } from './config/load';
import { readProcessEnvironment } from './config/process-environment';
import { createLogger } from './log';
import { stopWhileStarting } from './shutdown';
import { startTelemetry } from './telemetry';

function start(loaded: LoadedEnvironment): void {
  const log = createLogger(loaded.environment);
  stopWhileStarting(log);
  const telemetry = startTelemetry(loaded.environment, log);
  // Not a static import: telemetry has to be in place before what it observes is loaded.
  const { runService } = require('./service') as typeof import('./service');
  runService({ loaded, log, telemetry });
}

try {
  start(readProcessEnvironment());
} catch (error) {
  if (!(error instanceof InvalidEnvironment)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
