import { runConfigCommand, type Surroundings } from './config/config-command';
import { accept } from './config/load';
import { examineProcessEnvironment } from './config/process-environment';
import { connectRows } from './system-config/rows';

function surroundings(): Surroundings {
  const examined = examineProcessEnvironment();
  return {
    examined,
    async connect() {
      if (examined.problems.size > 0) return { unavailable: 'the environment is invalid, see list' };
      return connectRows(accept(examined).environment);
    },
    print: (text) => console.log(text),
    complain: (text) => console.error(text),
  };
}

// An explicit exit: a connection that is still being tried would hold the process open.
void runConfigCommand(process.argv.slice(2), surroundings()).then((code) => process.exit(code));
