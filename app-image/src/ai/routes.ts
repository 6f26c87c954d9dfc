import { Router } from 'express';
import type { LoadedEnvironment } from '../config/load';
import type { Guards } from '../identity/guards';
import type { Logger } from '../log';

export interface AiRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly guards: Guards;
  readonly log: Logger;
}

/** Mounted at /api/ai. */
export function aiRoutes(_props: AiRoutesProps): Router {
  return Router();
}
