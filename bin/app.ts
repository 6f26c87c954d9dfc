import { composeApp } from '../lib/compose-app';
import { ConfigurationError } from '../lib/config/validate';

try {
  composeApp();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
