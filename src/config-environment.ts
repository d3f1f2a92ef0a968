// The environment variables, each with its rule: what is not in the configuration file.
import { readBaseUrl } from './config-schema.ts';
import { suggestion, type PlacedFault } from './rules/document.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Role = 'web' | 'worker' | 'all' | 'migrate';

export type EnvironmentReading = {
  readonly configFile: string;
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly slackBotToken: string | null;
  readonly slackSigningSecret: string | null;
  readonly slackAppToken: string | null;
  readonly slackApiUrl: string | null;
  readonly faults: readonly PlacedFault[];
};

const roles: readonly Role[] = ['web', 'worker', 'all', 'migrate'];
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const minSigningSecretBytes = 24;

export function readEnvironment(env: Environment): EnvironmentReading {
  const faults: PlacedFault[] = [];
  const fault = (name: string, words: string, remedy: string): void => {
    faults.push({ place: [name], words, remedy });
  };
  /** A variable that is set to nothing is a mistake, not a wish for the default. */
  const text = (name: string): string | null => {
    const value = env[name];
    if (value === undefined) return null;
    if (value.trim() !== '') return value;
    fault(name, 'is set but empty', 'Give it a value, or unset it.');
    return null;
  };
  const role = text('ROLE') ?? 'all';
  const knownRole = roles.find((candidate) => candidate === role);
  if (knownRole === undefined) fault('ROLE', `must be one of: ${roles.join(', ')}`, suggestion(role, roles));
  const logLevel = text('LOG_LEVEL') ?? 'info';
  if (!logLevels.includes(logLevel)) {
    fault('LOG_LEVEL', `must be one of: ${logLevels.join(', ')}`, suggestion(logLevel, logLevels));
  }
  const reading = {
    configFile: text('CONFIG_FILE') ?? 'countersign.yaml',
    role: knownRole ?? 'all',
    host: text('HOST') ?? '127.0.0.1',
    port: portOf(text('PORT'), fault),
    dataDir: text('DATA_DIR') ?? '.countersign',
    logLevel,
    databaseUrl: urlOf(text('DATABASE_URL'), 'DATABASE_URL', ['postgres:', 'postgresql:'], fault),
    redisUrl: urlOf(text('REDIS_URL'), 'REDIS_URL', ['redis:', 'rediss:'], fault),
    slackBotToken: text('SLACK_BOT_TOKEN'),
    slackSigningSecret: text('SLACK_SIGNING_SECRET'),
    slackAppToken: text('SLACK_APP_TOKEN'),
    slackApiUrl: text('SLACK_API_URL'),
  };
  // One that is set but faulty has its own fault: nobody meant the embedded database.
  if (env['DATABASE_URL'] === undefined && (reading.role === 'web' || reading.role === 'worker')) {
    const words = `is ${reading.role}, but the embedded database serves one process only`;
    fault('ROLE', words, 'Set DATABASE_URL to a PostgreSQL, or leave ROLE out.');
  }
  faults.push(...slackFaults(reading));
  return { ...reading, faults };
}

type AddFault = (name: string, words: string, remedy: string) => void;

function portOf(text: string | null, fault: AddFault): number {
  if (text === null) return 3000;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  fault('PORT', 'must be a whole number from 0 to 65535', 'Write e.g. PORT=3000; 0 takes any free port.');
  return 3000;
}

/** The value is not repeated in a fault: it may hold a password. */
function urlOf(text: string | null, name: string, protocols: readonly string[], fault: AddFault): string | null {
  if (text === null) return null;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  fault(
    name,
    `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    'Correct it.',
  );
  return null;
}

/** What is wrong with a token that is there; whether one is needed, the configuration file says (`slack.enabled`). */
function slackFaults(reading: Omit<EnvironmentReading, 'faults'>): readonly PlacedFault[] {
  const faults: PlacedFault[] = [];
  const { slackBotToken, slackSigningSecret, slackAppToken, slackApiUrl } = reading;
  if (slackBotToken !== null && !slackBotToken.startsWith('xoxb-')) {
    const remedy = 'Copy the "Bot User OAuth Token" from the app\'s page "OAuth & Permissions".';
    faults.push({ place: ['SLACK_BOT_TOKEN'], words: 'is not a bot token (xoxb-…)', remedy });
  }
  if (slackAppToken !== null && !slackAppToken.startsWith('xapp-')) {
    const remedy = 'Copy an app-level token with connections:write from the app\'s page "Basic Information".';
    faults.push({ place: ['SLACK_APP_TOKEN'], words: 'is not an app-level token (xapp-…)', remedy });
  }
  if (slackSigningSecret !== null && Buffer.byteLength(slackSigningSecret) < minSigningSecretBytes) {
    const remedy = 'Copy the "Signing Secret" from the app\'s page "Basic Information".';
    const words = `must be at least ${minSigningSecretBytes} bytes long`;
    faults.push({ place: ['SLACK_SIGNING_SECRET'], words, remedy });
  }
  const apiUrl = slackApiUrl === null ? null : readBaseUrl(slackApiUrl);
  if (apiUrl?.kind === 'bad') {
    faults.push({ place: ['SLACK_API_URL'], words: apiUrl.words, remedy: 'Unset it to use Slack itself.' });
  }
  return faults;
}
