import { Router } from 'express';
import { contract } from '../config/contract';
import type { Examination } from '../config/examine';
import { explain } from '../config/explanation';
import type { FeatureFlags } from '../config/feature-flags';
import type { LoadedEnvironment } from '../config/load';
import { nearestName } from '../config/nearest-name';
import { runtimeSettings } from '../config/runtime-settings';
import type { Settings } from '../config/settings';
import { type HttpError, notFound } from '../http/errors';
import type { Guards } from '../identity/guards';

export interface SettingsRoutesProps {
  readonly loaded: LoadedEnvironment;
  readonly settings: Settings;
  readonly flags: typeof FeatureFlags;
  readonly guards: Guards;
}

/** Mounted at /api/admin. What is in effect in this process now, as its code gets it. */
export function settingsRoutes({ loaded, settings, flags, guards }: SettingsRoutesProps): Router {
  // It was accepted, so that there is no problem with it.
  const examined: Examination = { ...loaded, values: loaded.environment, problems: new Map() };
  const router = Router();

  router.get('/settings/:name', guards.requireAdminOperations, async (request, response) => {
    const name = String(request.params.name);
    const found = await settings.find(name);
    if (found === undefined) throw unknown(name);
    // Not the resolution itself: explain knows what may be shown, here as for `npm run config`.
    const { value = null, from, steps } = explain(name, found.setting, examined, found.row);
    response.json({ success: true, data: { name, value, from, steps } });
  });

  router.get('/feature-flags', guards.requireAdminOperations, (_request, response) => {
    const data = Object.fromEntries(Object.entries(flags).map(([name, isOn]) => [name, isOn()]));
    response.json({ success: true, data });
  });

  return router;
}

const known = [...Object.keys(contract), ...Object.keys(runtimeSettings)];
/** No name is half as long; comparing takes time with every letter. */
const comparedLetters = 100;

function unknown(name: string): HttpError {
  const nearest = nearestName(name.slice(0, comparedLetters), known);
  return notFound(`There is no setting of this name${nearest ? `; did you mean ${nearest}?` : ''}`);
}
