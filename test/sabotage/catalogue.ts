import { compatibility } from './catalogue/compatibility';
import { configuration } from './catalogue/configuration';
import { safeguards } from './catalogue/safeguards';
import { stopping } from './catalogue/stopping';

export const catalogue = [...stopping, ...configuration, ...compatibility, ...safeguards];
