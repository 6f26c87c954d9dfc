/**
 * Where a deployed container's value comes from.
 *
 * - `infrastructure`: the CDK wires it, because only the infrastructure knows it
 * - `environment`: a literal of the environment (`settings` in lib/config/environments.ts), or a key of the secret
 * - `secret`: a key of the JSON secret `mr-mentor-backend/<environment>`
 * - `platform`: ECS, the image or the Node runtime sets it
 * - `local`: exists on a laptop only; refused where deployed
 */
export type Source = 'infrastructure' | 'environment' | 'secret' | 'platform' | 'local';

/** Environments with real users or their data; development is deployed too, but also runs on laptops. */
export const strictEnvironments = ['staging', 'demo', 'production'] as const;
export const runtimeEnvironments = ['development', 'test', ...strictEnvironments] as const;
export type RuntimeEnvironment = (typeof runtimeEnvironments)[number];

/** How a value is written in the environment, and what the code gets to see. */
export type Format =
  /** Any characters; a string. */
  | { readonly type: 'text'; readonly minLength?: number; readonly pattern?: RegExp; readonly example?: string }
  /** A whole number. */
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  /** A decimal number. */
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  /** `true` or `false`. */
  | { readonly type: 'boolean' }
  /** A kill switch: only the exact strings `false` and `0` turn it off. */
  | { readonly type: 'switch' }
  /** One of these words. */
  | { readonly type: 'choice'; readonly values: readonly string[] }
  /** Absolute, http or https. */
  | { readonly type: 'url' }
  /** A host name or address, without scheme and port. */
  | { readonly type: 'host' }
  | { readonly type: 'email' }
  /** A JSON array of browser origins, or `*` where that is allowed; an array of strings. */
  | { readonly type: 'origins' }
  /** Separated by commas; an array of strings. */
  | { readonly type: 'list' }
  /** A JSON object; kept as text. */
  | { readonly type: 'json' }
  /** A number and one of s, m, h, d (`15m`); seconds. */
  | { readonly type: 'duration'; readonly maxSeconds?: number }
  /** Five fields, minute to weekday. */
  | { readonly type: 'cron' }
  /** 32 bytes as base64 or 64 hexadecimal digits: an AES-256 key. */
  | { readonly type: 'aes-256-key' }
  /** A calendar date, `2026-03-31`. */
  | { readonly type: 'date' };

/** What makes an environment's start fail although the value is well formed. */
export interface Refusal {
  /** `deployed`: everywhere but on a laptop and in tests. */
  readonly in: 'deployed' | 'production' | 'all but development';
  /** The value that is refused, as it would stand in the environment. @default - any value */
  readonly value?: string;
  readonly because: string;
}

interface Definition {
  /** One line, for the reference and `.env.example`. */
  readonly description: string;
  readonly source: Source;
  /** Its value is never shown. */
  readonly secret?: true;
  /** As it would stand in the environment. @default - undefined where nobody states a value */
  readonly default?: string;
  /** The default on a laptop and in tests, where there is none for a deployed environment. */
  readonly localDefault?: string;
  /**
   * `deployed`: everywhere but on a laptop and in tests. `feature`: with the others of its feature, or the
   * feature is half-configured.
   */
  readonly required?: 'always' | 'deployed' | 'feature';
  /** The integration it belongs to; a key of `features`. */
  readonly feature?: string;
  /** The kill switch that turns it off together with the rest of its feature. */
  readonly killSwitch?: string;
  /** The row of `system_configs` that overrides it at run time. */
  readonly row?: string;
  /** The row's value is encrypted. */
  readonly rowEncrypted?: true;
  readonly refused?: Refusal;
  /** What to do instead. A deprecated variable has no effect. */
  readonly deprecated?: string;
  /** What a new value breaks, and what to do about it. */
  readonly rotationBreaks?: string;
  /**
   * Nobody issues it: it is random, made once for an environment, and the same in no other. `load-bearing`: what is
   * stored cannot be read without it.
   */
  readonly ownKey?: 'replaceable' | 'load-bearing';
}

/** One environment variable, as data. */
export type Variable = Definition & Format;

/** An integration with another system: off, on, or half-configured. */
export interface Feature {
  readonly title: string;
  /** What a user meets while it is off. */
  readonly whenOff: string;
}

export interface Group {
  readonly title: string;
  readonly variables: Readonly<Record<string, Variable>>;
}

type ValueOf<V extends Variable> = V extends { type: 'integer' | 'number' | 'duration' }
  ? number
  : V extends { type: 'boolean' | 'switch' }
    ? boolean
    : V extends { type: 'origins' | 'list' }
      ? readonly string[]
      : V extends { type: 'choice'; values: readonly (infer Word)[] }
        ? Word
        : string;

type IsStated<V extends Variable> = V extends
  | { default: string }
  | { localDefault: string; required: 'deployed' }
  | { required: 'always' }
  ? true
  : V extends { type: 'switch' }
    ? true
    : false;

/** What the code gets for a list of variables: parsed, and undefined only where a value may be missing. */
export type ValuesOf<Variables extends Readonly<Record<string, Variable>>> = {
  readonly [Name in keyof Variables]: IsStated<Variables[Name]> extends true
    ? ValueOf<Variables[Name]>
    : ValueOf<Variables[Name]> | undefined;
};
