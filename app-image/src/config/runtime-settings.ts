import type { Format } from './variable';

/** A setting that no environment variable has: a row of `system_configs`, else the default. */
export interface RuntimeSetting {
  readonly description: string;
  readonly format: Format;
  readonly default: string;
}

export const runtimeSettings = {
  global_auto_screen_on_apply: {
    description: 'Screen a resume as soon as its candidate applies; read by mr-hire-backend when it starts',
    format: { type: 'boolean' },
    default: 'false',
  },
  MRLEARN_NEW_STUDENT_SYNC_ENABLED: {
    description: 'Bring new students over from Mr. Learn on a schedule; read at start',
    format: { type: 'boolean' },
    default: 'false',
  },
  MRLEARN_NEW_STUDENT_SYNC_INTERVAL_HOURS: {
    description: 'Hours between two synchronisations with Mr. Learn; read at start',
    format: { type: 'integer', min: 1, max: 168 },
    default: '24',
  },
} as const satisfies Readonly<Record<string, RuntimeSetting>>;
