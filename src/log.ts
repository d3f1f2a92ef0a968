// The logger, and what it never prints.
import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Secrets are dropped by path; payload bodies are never handed to the logger in the first place. */
const secretPaths = [
  'token',
  'botToken',
  'appToken',
  'signingSecret',
  'privateKey',
  'secret',
  'webhookSecrets',
  'authorization',
  'headers',
  'body',
  'password',
  'databaseUrl',
  'redisUrl',
].flatMap((path) => [path, `*.${path}`, `*.*.${path}`]);

export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  const options = { level, redact: { paths: secretPaths, censor: '[secret]' }, base: { app: 'countersign' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
