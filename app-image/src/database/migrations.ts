import { guarded } from './guarded-migration';
import { AccountsAndSettings1795132800000 } from './migrations/0001-accounts-and-settings';
import { UniqueEmails1795132860000 } from './migrations/0002-unique-emails';
import { Meetings1795132920000 } from './migrations/0003-meetings';
import { Uploads1795132980000 } from './migrations/0004-uploads';
import { VendorLeads1795133040000 } from './migrations/0005-vendor-leads';
import { Webhooks1795133100000 } from './migrations/0006-webhooks';
import { ExternalSyncs1795133160000 } from './migrations/0007-external-syncs';
import { BackgroundWork1795133220000 } from './migrations/0008-background-work';
import { UnbookedSlots1795133280000 } from './migrations/0009-unbooked-slots';
import { MeetingsByEnd1795133340000 } from './migrations/0010-meetings-by-end';
import { LeadsByTime1795133400000 } from './migrations/0011-leads-by-time';
import { RecordingsOfMeetings1795133460000 } from './migrations/0012-recordings-of-meetings';

/** In the order in which they run. */
export const migrations = [
  AccountsAndSettings1795132800000,
  UniqueEmails1795132860000,
  Meetings1795132920000,
  Uploads1795132980000,
  VendorLeads1795133040000,
  Webhooks1795133100000,
  ExternalSyncs1795133160000,
  BackgroundWork1795133220000,
  UnbookedSlots1795133280000,
  MeetingsByEnd1795133340000,
  LeadsByTime1795133400000,
  RecordingsOfMeetings1795133460000,
].map(guarded);
