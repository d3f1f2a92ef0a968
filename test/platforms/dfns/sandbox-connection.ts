// A connection to the sandbox platform as the demo company's service account.
import { connectPlatforms } from '../../../src/platforms/index.ts';
import type { PlatformConnection } from '../../../src/platforms/platform.ts';
import { bot } from '../../../src/sandbox/company.ts';
import type { Custody } from '../../../src/sandbox/custody/index.ts';

export function connectTo(
  custody: Custody,
  overrides: { credentials?: object; webhookSecrets?: readonly string[]; now?: () => number } = {},
): PlatformConnection {
  const connection = {
    name: 'treasury',
    platform: 'dfns',
    baseUrl: custody.url,
    webhookSecrets: overrides.webhookSecrets ?? ['whs-test'],
    credentials: {
      userId: bot.userId,
      token: bot.token,
      credentialId: bot.credentialId,
      privateKey: bot.privateKeyPem,
      ...overrides.credentials,
    },
  };
  const connected = connectPlatforms([connection], overrides.now ?? custody.now).get('treasury');
  if (connected === undefined) throw new Error('failed to connect');
  return connected;
}
