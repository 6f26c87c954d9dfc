import { guarded } from './guarded-migration';
import { AccountsAndSettings1795132800000 } from './migrations/0001-accounts-and-settings';

/** In the order in which they run. */
export const migrations = [AccountsAndSettings1795132800000].map(guarded);
