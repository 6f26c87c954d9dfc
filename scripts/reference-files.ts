import { features, groups } from '../app-image/src/config/contract';
import { runtimeSettings } from '../app-image/src/config/runtime-settings';
import { envExample } from './env-example';
import { referencePage } from './reference-page';

/** What the generated files have to hold, by path from the root. */
export const referenceFiles: Readonly<Record<string, string>> = {
  'docs/environment-reference.md': referencePage({ groups, features, runtimeSettings }),
  'app-image/.env.example': envExample(groups),
};
