import { guarded } from './guarded-migration';
import { AccountsAndSettings1795132800000 } from './migrations/0001-accounts-and-settings';
import { UniqueEmails1795132860000 } from './migrations/0002-unique-emails';

/** In the order in which they run. */
export const migrations = [AccountsAndSettings1795132800000, UniqueEmails1795132860000].map(guarded);
