// A connection that can verify deliveries as Dfns signs them, and nothing else.
import { verifyDelivery } from '../../src/platforms/dfns/verify.ts';
import type { PlatformConnection } from '../../src/platforms/platform.ts';
import { secret } from './deliveries.ts';

async function unused(): Promise<never> {
  throw new Error('a delivery is only verified and stored');
}

/** Only what receiving needs; everything else is a fault of the test. */
export function aPlatform(name: string, secrets: readonly string[] = [secret]): PlatformConnection {
  return {
    name,
    platform: 'dfns',
    capabilities: {
      canVote: true,
      voteIdentity: 'user',
      reject: 'vote',
      reasonMaxLength: 500,
      revocable: false,
      canListPending: true,
      thinWebhooks: false,
      callbackDeadlineMs: null,
      voteLifetimeMs: null,
      initiationCounts: false,
    },
    serviceAccount: 'us-service',
    decideUrl: 'https://example.test',
    submissionMs: 1000,
    verify: (delivery, now) => verifyDelivery(delivery, secrets, now),
    readApproval: unused,
    listPending: unused,
    decide: unused,
    listPolicies: unused,
    diagnose: unused,
    webhooks: null,
  };
}
