import type { Settings } from '../config/settings';
import { newStudentsEveryHours, syncNewStudents } from '../external-sync/new-students';
import type { SyncProps } from '../external-sync/run';
import type { Handlers } from '../queues/handlers';

export interface NewStudentProps extends SyncProps {
  readonly settings: Settings;
}

export const newStudentSyncHandlers = (props: NewStudentProps): Handlers<'mrlearnNewStudentSync'> => ({
  sync: async (_nothing, context) =>
    // A job may be older than the switch.
    (await newStudentsEveryHours(props.settings, context.log)) === undefined
      ? { skipped: 'it is switched off' }
      : syncNewStudents(props, context),
});
