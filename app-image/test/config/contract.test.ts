import { contract, type Environment, features, groups, type VariableName } from '../../src/config/contract';
import { parseValue } from '../../src/config/parse';
import type { Group, RuntimeEnvironment, Variable } from '../../src/config/variable';

const variables = Object.entries<Variable>(contract);
const names = Object.keys(contract);
const namesWhere = (holds: (variable: Variable) => unknown) =>
  variables.filter(([, variable]) => holds(variable)).map(([name]) => name);
const words = (text: string) => text.trim().split(/\s+/);

/** Written out, because the documents that name them are not in this repository. */
const documented = words(`
  PORT NODE_ENV HOST TZ BASE_URL PUBLIC_BASE_URL BACKEND_PUBLIC_URL CORS_ALLOWED_ORIGINS BULL_BOARD_USERNAME
  BULL_BOARD_PASSWORD ENABLE_SEEDING RUN_SEED_DIRECTLY DRY_RUN DEBUG_AI_RECS

  DB_HOST DB_PORT DB_USERNAME DB_PASSWORD DB_NAME
  REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_DB

  JWT_SECRET GOOGLE_CLIENT_ID GOOGLE_CLIENT_SECRET GOOGLE_REDIRECT_URI GOOGLE_DRIVE_REDIRECT_URI ADMIN_EMAIL
  ADMIN_PASSWORD MASTER_PASSWORD MASTER_TOTP_SECRET INTERNAL_SERVICE_TOKEN QUIZ_TOKEN_SECRET SYSTEM_OTP_SENDER_USER_ID

  EMAIL_USER EMAIL_PASS EMAIL_FROM EMAIL_TIMEOUT_MS MENTOR_ONBOARDING_CC_EMAIL STUDENT_ONBOARDING_CC_EMAIL

  AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_S3_BUCKET_NAME AWS_S3_STUDENT_DOCUMENTS_BUCKET
  AWS_S3_BANNER_ASSETS_BUCKET AWS_S3_COURSES_BUCKET MISS_OZONE_ARCHIVE_BUCKET MAS_ASSETS_CDN_URL

  RAZORPAY_KEY_ID RAZORPAY_KEY_SECRET TOKEN_VALUE

  ALLOW_EARLY_MEETING_JOIN MEETING_JOIN_BUFFER_MINUTES MAX_FREE_MEETINGS_PER_STUDENT MAX_SLOT_REQUESTS
  APPLICATION_MEETINGS_EXPIRY_DATE APPLICATION_MEETING_DURATION_MINUTES APPLICATION_MEETING_TIME_ZONE
  APPLICATION_MEETING_REMINDER_JWT_TTL APPLICATION_MEETING_REMINDER_LEAD_MINUTES
  APPLICATION_MEETING_REMINDER_PHONE_NUMBER_ID APPLICATION_MEETING_REMINDER_TEMPLATE_NAME
  APPLICATION_MEETING_REMINDER_TEMPLATE_LANGUAGE APPLICATION_MEETING_REMINDER_URL_PREFIX
  LIVEKIT_API_BASE LIVEKIT_WEBHOOK_SECRET

  FRONTEND_URL MR_HIRE_FRONTEND_URL MR_HIRE_BACKEND_URL MR_HIRE_WEBHOOK_SECRET MR_HIRE_CALL_GAP MAS_WEBSITE_URL
  CLASS_AGENT_URL CLASS_AGENT_API_KEY GRAPHY_BASE_URL EZEXAM_BASE_URL JUDGE0_API_URL

  EXOTEL_SID EXOTEL_API_KEY EXOTEL_API_TOKEN EXOTEL_CALLER_ID EXOTEL_SUBDOMAIN EXOTEL_SMS_SENDER_ID EXOTEL_WEBHOOK_TOKEN

  WHATSAPP_PROVIDER WHATSAPP_ACCESS_TOKEN WHATSAPP_PHONE_NUMBER_ID WHATSAPP_BUSINESS_ACCOUNT_ID
  WHATSAPP_GRAPH_API_VERSION WHATSAPP_WEBHOOK_VERIFY_TOKEN WHATSAPP_OTP_TEMPLATE_NAME WHATSAPP_OTP_TEMPLATE_LANG
  WHATSAPP_CREDENTIALS_ENCRYPTION_KEY

  GROQ_API_KEY GROQ_TEXT_MODEL GROQ_TEXT_ENDPOINT GROQ_TIMEOUT_MS LITELLM_BASE_URL LITELLM_MASTER_KEY
  LITELLM_ADMIN_TIMEOUT_MS LLM_GATEWAY_ENCRYPTION_KEY ASKMAS_GATEWAY_MODEL ASKMAS_USER_MONTHLY_BUDGET
  ASKMAS_USER_BUDGET_DURATION ASKMAS_USER_RPM ASKMAS_USER_TPM ELEVENLABS_API_KEY AARYA_AGENT_ID AARYA_PHONE_NUMBER_ID
  TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN

  LEEGALITY_SANDBOX_BASE_URL LEEGALITY_SANDBOX_AUTH_TOKEN MAS101_LEEGALITY_SANDBOX_CREATE_REQUEST_TEMPLATE
  MAS101_PAP_TEMPLATE_PATH MAS101_PAP_DEMO_AUTOVERIFY

  GLOBAL_INVOICE_S3_BUCKET GLOBAL_INVOICE_S3_PREFIX GLOBAL_INVOICE_FINANCE_EMAIL GLOBAL_INVOICE_ADMIN_EMAIL
  GLOBAL_INVOICE_BANK_ACCOUNT_NAME GLOBAL_INVOICE_BANK_NAME GLOBAL_INVOICE_BANK_ACCOUNT_NUMBER
  GLOBAL_INVOICE_BANK_IFSC GLOBAL_INVOICE_BANK_BRANCH GLOBAL_INVOICE_TERMS
  GLOBAL_INVOICE_MAS101_PREFIX GLOBAL_INVOICE_MAS102_PREFIX GLOBAL_INVOICE_PAP_PREFIX GLOBAL_INVOICE_AERO_PREFIX
  GLOBAL_INVOICE_DRO_PREFIX GLOBAL_INVOICE_MAS_PREFIX GLOBAL_INVOICE_PAP_FORMAT GLOBAL_INVOICE_MAS_ITEM
  GLOBAL_INVOICE_PAP_ITEM GLOBAL_INVOICE_HSN_SAC GLOBAL_INVOICE_GST_RATE
  GLOBAL_INVOICE_SUPPLIER_NAME GLOBAL_INVOICE_SUPPLIER_LEGAL_NAME GLOBAL_INVOICE_SUPPLIER_GSTIN
  GLOBAL_INVOICE_SUPPLIER_STATE GLOBAL_INVOICE_SUPPLIER_STATE_CODE GLOBAL_INVOICE_SUPPLIER_ADDRESS_LINE1
  GLOBAL_INVOICE_SUPPLIER_ADDRESS_LINE2 GLOBAL_INVOICE_SUPPLIER_EMAIL GLOBAL_INVOICE_SUPPLIER_PHONE
  GLOBAL_INVOICE_SUPPLIER_WEBSITE

  VENDOR_API_KEY_PEPPER PLATFORM_ENCRYPTION_KEY STARTER_BUNDLE_MOCK STARTER_BUNDLE_RESUME
  ENABLE_TOKEN_REQUEST_FLOW ENABLE_RESUME_REVIEW_SPEND ENABLE_STARTER_BUNDLE ENABLE_GRANT_AUDIT
  ENABLE_APPLICATION_MEETINGS

  JWT_EXPIRES_IN DB_CONNECTION_LIMIT DB_POOL_TIMEOUT LOG_LEVEL OTEL_SERVICE_NAME OTEL_EXPORTER JAEGER_ENDPOINT
  OTEL_EXPORTER_OTLP_ENDPOINT OTEL_DEBUG HONEYCOMB_API_KEY HONEYCOMB_DATASET DATA_RETENTION_MODE DATA_PRUNING_ENABLED
  DATA_PRUNING_CRON DATA_RETENTION_LOG_DAYS DATA_RETENTION_ANALYTICS_DAYS DATA_RETENTION_LOG_PATHS
  DATA_RETENTION_ANALYTICS_PATHS DATA_RETENTION_ARCHIVE_DIR DATA_RETENTION_MISSING_PATH_POLICY
  DATA_RETENTION_MISSING_PATH_ALERT_THRESHOLD S3_BACKUP_BUCKET SLACK_WEBHOOK_URL

  APP_ENV DEMO_DATA_ENABLED ADMIN_USER_IDS USE_DIRECT_S3_UPLOAD COMPILER_API_URL
`);

/** Likewise: those that the documents mark as secret, and what holds one. */
const secrets = words(`
  BULL_BOARD_PASSWORD DB_PASSWORD REDIS_PASSWORD JWT_SECRET GOOGLE_CLIENT_SECRET ADMIN_PASSWORD MASTER_PASSWORD
  MASTER_TOTP_SECRET INTERNAL_SERVICE_TOKEN QUIZ_TOKEN_SECRET EMAIL_PASS AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  AWS_SESSION_TOKEN RAZORPAY_KEY_SECRET LIVEKIT_WEBHOOK_SECRET MR_HIRE_WEBHOOK_SECRET CLASS_AGENT_API_KEY
  EXOTEL_API_KEY EXOTEL_API_TOKEN EXOTEL_WEBHOOK_TOKEN WHATSAPP_ACCESS_TOKEN WHATSAPP_WEBHOOK_VERIFY_TOKEN
  WHATSAPP_APP_SECRET WHATSAPP_CREDENTIALS_ENCRYPTION_KEY GRAPHY_API_KEY EZEXAM_API_KEY GROQ_API_KEY LITELLM_MASTER_KEY
  LLM_GATEWAY_ENCRYPTION_KEY ELEVENLABS_API_KEY
  TWILIO_AUTH_TOKEN LEEGALITY_SANDBOX_AUTH_TOKEN VENDOR_API_KEY_PEPPER PLATFORM_ENCRYPTION_KEY HONEYCOMB_API_KEY
  SLACK_WEBHOOK_URL SECRETS_JSON
`);

describe('what is in it', () => {
  it('has every documented variable', () =>
    expect(documented.filter((name) => !Object.hasOwn(contract, name))).toEqual([]));

  it('knows every secret, and nothing else as one', () =>
    expect(namesWhere(({ secret }) => secret).sort()).toEqual(secrets.toSorted()));

  it('names each variable once, in upper case with underscores', () => {
    const ofGroups = Object.values<Group>(groups).flatMap((group) => Object.keys(group.variables));
    expect(ofGroups).toEqual([...new Set(ofGroups)]);
    expect(names).toEqual(ofGroups);
    expect(names.filter((name) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
  });

  it('describes each in one line without a full stop', () => {
    const notOneLine = (text: string) => text !== text.trim() || text.length < 5 || text.length > 140;
    const badly = (text: string) => notOneLine(text) || text.endsWith('.') || text.includes('\n');
    expect(namesWhere(({ description }) => badly(description))).toEqual([]);
    expect(Object.values(features).filter(({ title, whenOff }) => badly(title) || badly(whenOff))).toEqual([]);
  });
});

describe('what refers to something else', () => {
  it('uses every feature, and only those there are', () => {
    const used = variables.flatMap(([, { feature }]) => feature ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(features).sort());
  });

  it('lets something decide about every feature', () => {
    const decided = variables.flatMap(([, { feature, required }]) => (required === 'feature' ? (feature ?? []) : []));
    expect(Object.keys(features).filter((feature) => !decided.includes(feature))).toEqual([]);
  });

  it('has a switch for every kill switch that is named', () => {
    const killSwitches = variables.flatMap(([, { killSwitch }]) => killSwitch ?? []);
    expect(new Set(killSwitches)).toEqual(new Set(['ENABLE_STARTER_BUNDLE', 'ENABLE_APPLICATION_MEETINGS']));
    for (const name of killSwitches) expect(contract[name as VariableName].type).toBe('switch');
  });

  it('has a row of its own for each of the three settings that one overrides', () => {
    const rows = variables.flatMap(([, { row, rowEncrypted }]) => (row ? { row, rowEncrypted } : []));
    expect(rows).toEqual([
      { row: 'mas101_leegality_sandbox_base_url', rowEncrypted: true },
      { row: 'mas101_leegality_sandbox_auth_token', rowEncrypted: true },
      { row: 'mas101_leegality_sandbox_create_request_template', rowEncrypted: true },
    ]);
  });
});

describe('values', () => {
  const written = variables.flatMap(([name, variable]) =>
    [
      variable.default,
      variable.localDefault,
      variable.refused?.value,
      variable.type === 'text' ? variable.example : undefined,
    ].flatMap((text) => (text === undefined ? [] : [[name, text, variable] as const])),
  );

  it('are well formed wherever the contract states one', () => {
    expect(written.length).toBeGreaterThan(80);
    expect(written.filter(([, text, variable]) => !('value' in parseValue(variable, text)))).toEqual([]);
  });

  it('have an example where they have a pattern, but for secrets: people would deploy it', () =>
    expect(
      variables
        .filter(([, variable]) => variable.type === 'text' && Boolean(variable.pattern) !== Boolean(variable.example))
        .map(([name]) => name),
    ).toEqual(['MASTER_TOTP_SECRET']));

  it('have a range that is one', () =>
    expect(namesWhere((variable) => 'min' in variable && variable.min >= variable.max)).toEqual([]));

  it('are not both a default for all and one for a laptop', () =>
    expect(namesWhere((variable) => variable.default !== undefined && variable.localDefault !== undefined)).toEqual(
      [],
    ));

  it('never default to a secret where it is deployed, nor does a switch default to anything', () =>
    expect(
      namesWhere(({ secret, type, default: value }) => (secret || type === 'switch') && value !== undefined),
    ).toEqual([]));
});

describe('what must be stated', () => {
  it('has no default that would hide that it is missing', () =>
    expect(namesWhere((variable) => variable.required && variable.default !== undefined)).toEqual([]));

  it('belongs to a feature if it is required with one', () =>
    expect(namesWhere(({ required, feature }) => required === 'feature' && !feature)).toEqual([]));

  it('is all that the infrastructure wires, but for the role: a job is told by its command', () =>
    expect(namesWhere(({ source, required }) => source === 'infrastructure' && required !== 'deployed')).toEqual([
      'PROCESS_ROLE',
    ]));

  it('is never what exists on a laptop or comes from the platform', () => {
    expect(namesWhere(({ source, required }) => required && ['local', 'platform'].includes(source))).toEqual([]);
    expect(namesWhere(({ source, refused }) => source === 'local' && refused?.in !== 'deployed')).toEqual([]);
  });

  it('is settled on a laptop where nothing else can: sign-in, its admin, its encryption', () => {
    const settled: Variable[] = [
      contract.JWT_SECRET,
      contract.ADMIN_EMAIL,
      contract.ADMIN_PASSWORD,
      contract.ADMIN_USER_IDS,
      contract.PLATFORM_ENCRYPTION_KEY,
    ];
    for (const variable of settled)
      expect(variable).toMatchObject({ required: 'deployed', localDefault: expect.any(String) });
  });
});

it('knows the keys that nobody issues, and which of them stored data depends on', () => {
  const loadBearing = namesWhere(({ ownKey }) => ownKey === 'load-bearing');
  expect(loadBearing.sort()).toEqual([
    ...['LLM_GATEWAY_ENCRYPTION_KEY', 'PLATFORM_ENCRYPTION_KEY', 'VENDOR_API_KEY_PEPPER'],
    'WHATSAPP_CREDENTIALS_ENCRYPTION_KEY',
  ]);
  const own = variables.filter(([, { ownKey }]) => ownKey !== undefined);
  for (const [name, { source, secret, ownKey, rotationBreaks }] of own) {
    expect([name, source, secret]).toEqual([name, 'secret', true]);
    if (ownKey === 'load-bearing') expect(rotationBreaks).toBeDefined();
  }
  // What encrypts is always ours.
  expect(own.map(([name]) => name)).toEqual(
    expect.arrayContaining(namesWhere(({ type, source }) => type === 'aes-256-key' && source === 'secret')),
  );
});

it('says what rotation breaks, for the keys that stored data or sessions depend on', () =>
  expect(namesWhere(({ rotationBreaks }) => rotationBreaks)).toEqual(
    expect.arrayContaining([
      'JWT_SECRET',
      'VENDOR_API_KEY_PEPPER',
      'PLATFORM_ENCRYPTION_KEY',
      'LLM_GATEWAY_ENCRYPTION_KEY',
      'WHATSAPP_CREDENTIALS_ENCRYPTION_KEY',
    ]),
  ));

it('points from the deprecated invoice prefix to the one that is read', () => {
  expect(namesWhere(({ deprecated }) => deprecated)).toEqual(['GLOBAL_INVOICE_MAS_PREFIX']);
  expect(contract.GLOBAL_INVOICE_MAS_PREFIX.deprecated).toContain('GLOBAL_INVOICE_MAS101_PREFIX');
});

it('refuses in production what would mix made-up data with real data', () =>
  expect(namesWhere(({ refused }) => refused?.in === 'production' && refused.value === 'true')).toEqual([
    'ENABLE_SEEDING',
    'RUN_SEED_DIRECTLY',
    'DEMO_DATA_ENABLED',
    'MAS101_PAP_DEMO_AUTOVERIFY',
    'OTEL_DEBUG',
  ]));

it('keeps the type of each variable', () => {
  // Checked by the compiler; at run time there is only the object.
  const values = {
    PORT: 8000,
    APP_ENV: 'development' as RuntimeEnvironment,
    ENABLE_GRANT_AUDIT: true,
    CORS_ALLOWED_ORIGINS: ['http://localhost:3000'],
    DB_INSTANCE_IDENTIFIER: undefined,
  } satisfies Partial<Environment>;
  // @ts-expect-error: a password that only laptops have is missing where it is deployed
  const password: string = ({} as Environment).DB_PASSWORD;
  // @ts-expect-error: no such environment
  const unknown: Environment['APP_ENV'] = 'prod';
  expect([values.PORT, password, unknown]).toEqual([8000, undefined, 'prod']);
});
