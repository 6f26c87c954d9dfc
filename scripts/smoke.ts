import { everyName } from '../lib/config/context';
import type { EnvironmentName } from '../lib/config/environment';
import { environments } from '../lib/config/environments';
import { checkRateLimits } from '../operator/smoke/rate-limits';
import { smoke, smokeText } from '../operator/smoke/smoke-checks';
import { parseCommand, runCommand, UsageError } from './command-line';

const help = `npm run smoke -- [rate-limits] ENVIRONMENT | URL [option…]

Asks a running platform from outside what ECS asks green in a release: health, database, Redis, the Socket.IO handshake
and the upgrade of the terminal relay, each three times in a row. Takes some seconds, and changes nothing.

  ENVIRONMENT          its first API domain; or
  URL                  such as http://127.0.0.1:8000, the default
  --environment NAME   what /api/health has to say (default: ENVIRONMENT, or development for a URL)
  --revision R         the image that has to answer (default: any)
  --green              asks who answers the test listener rule, instead of who has production traffic
  --once               one good answer is enough
  --json               results as JSON on standard output

  rate-limits          instead, the platform's three documented rate limiters, from one address: some 140 requests, so
                       that you are refused for a while. Start it on windows that are fresh: one minute after the last
                       request, fifteen after the last sign-in

Exit codes: 0 all is well, 1 something is not, or cannot be reached, 64 called wrongly.
Examples
  npm run smoke -- staging
  npm run smoke -- production --revision 4f1c2a90be7d
  npm run smoke -- rate-limits http://127.0.0.1:8000`;

const parse = (args: string[]) =>
  parseCommand({
    args,
    allowPositionals: true,
    options: {
      environment: { type: 'string' },
      revision: { type: 'string' },
      green: { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });

const nameOf = (text: string | undefined): EnvironmentName | undefined => everyName.find((name) => name === text);

function urlOf(target: string): URL {
  const name = nameOf(target);
  if (name !== undefined) return new URL(`https://${environments[name].apiDomains[0]?.name}`);
  if (URL.canParse(target) && /^https?:$/.test(new URL(target).protocol)) return new URL(target);
  throw new UsageError(
    `"${target}" is no environment (${everyName.join(', ')}) and no URL; pass one such as http://127.0.0.1:8000.`,
  );
}

async function main(args: string[]): Promise<number> {
  const { positionals, values } = parse(args);
  const limits = positionals[0] === 'rate-limits';
  const [target = 'http://127.0.0.1:8000', ...more] = limits ? positionals.slice(1) : positionals;
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}": one environment or URL at most.`);
  const url = urlOf(target);
  if (limits) return (await checkRateLimits(url)) ? 0 : 1;

  const { environment: stated, revision, green, once, json } = values;
  const environment = stated === undefined ? (nameOf(target) ?? 'development') : nameOf(stated);
  if (environment === undefined)
    throw new UsageError(`--environment: unknown environment "${stated}"; allowed: ${everyName.join(', ')}.`);
  const results = await smoke({ url, environment, revision, green, once });
  const what = `${url.origin}, ${environment}${green ? ', as green' : ''}`;
  console.log(
    json ? JSON.stringify({ version: 1, url: url.origin, environment, results }, null, 2) : smokeText(what, results),
  );
  return results.every(({ ok }) => ok) ? 0 : 1;
}

void runCommand(help, main);
