// Connects the product to the sandbox's company as the demo does, with pauses short enough for a test.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wire as wireDemo } from '../../src/sandbox/wiring.ts';

export const connection = 'treasury';
export const auditKey = 'TEST-ONLY-audit-key-0123456789abcdef';

export type Timing = {
  readonly approveAfterSeconds: number;
  readonly denyAfterSeconds: number;
  readonly sweepSeconds: number;
};

export const quick: Timing = { approveAfterSeconds: 1, denyAfterSeconds: 1, sweepSeconds: 5 };

export type Wiring = {
  readonly custodyUrl: string;
  readonly slackUrl: string;
  /** Null: the embedded default. */
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly timing: Timing;
};

/** Writes the configuration into `folder` and returns the environment that names it. */
export async function wire(folder: string, wiring: Wiring): Promise<Record<string, string>> {
  const { files, env } = wireDemo({
    custodyUrl: wiring.custodyUrl,
    slackApiUrl: wiring.slackUrl,
    connection,
    ...wiring.timing,
  });
  await mkdir(folder, { recursive: true });
  // Several processes share one database, so they need one key: the demo's embedded database makes its own.
  // The same payout is played many times, which would be a duplicate.
  const checked = files['countersign.yaml'].replace(/^checks:\n/m, 'checks:\n  duplicateHours: 0\n');
  if (!checked.includes('duplicateHours')) throw new Error('the demo has no section "checks" any more');
  const configuration = `${checked}audit:\n  key: \${AUDIT_KEY}\n`;
  for (const [name, text] of Object.entries({ ...files, 'countersign.yaml': configuration })) {
    await writeFile(join(folder, name), text);
  }
  return {
    ...env,
    AUDIT_KEY: auditKey,
    CONFIG_FILE: join(folder, 'countersign.yaml'),
    DATA_DIR: join(folder, 'data'),
    ...(wiring.databaseUrl === null ? {} : { DATABASE_URL: wiring.databaseUrl }),
    ...(wiring.redisUrl === null ? {} : { REDIS_URL: wiring.redisUrl }),
    PORT: '0',
    LOG_LEVEL: 'info',
  };
}
