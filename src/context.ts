// What the flow may hold.
import type { Check } from './checks/check.ts';
import type { Config } from './config.ts';
import type { Db } from './db/connect.ts';
import type { EpochMs } from './domain/amount.ts';
import type { VoterReading } from './domain/person.ts';
import type { Logger } from './log.ts';
import type { PlatformConnection } from './platforms/platform.ts';

export type Context = {
  readonly config: Config;
  readonly log: Logger;
  readonly now: () => EpochMs;
  readonly db: Db;
  readonly auditKey: Uint8Array;
  readonly platforms: ReadonlyMap<string, PlatformConnection>;
  readonly checks: readonly Check[];
  /** Who a Slack user (`team/user`) is right now; at most 60 s old. */
  readonly readVoter: (slackUser: string) => Promise<VoterReading>;
};
