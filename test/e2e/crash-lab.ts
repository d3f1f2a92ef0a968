// Kills the product at one named point of one flow, starts it again, and judges what the platform and Slack have seen.
import { expect } from 'vitest';
import type { CrashPoint } from '../../src/flow/crash-points.ts';
import { approve, insist, reject, type Who } from './gestures.ts';
import { within, withDeployment, type Deployment } from './harness.ts';
import { callsOf, cardsEnd, comesToRest, platformSays, slackComplaints, statusOf } from './judge.ts';

export type Flow = {
  readonly scene: 'routine-payout' | 'large-transfer';
  readonly act: (deployment: Deployment, approvalId: string) => Promise<void>;
  readonly value: 'Approved' | 'Denied';
  readonly header: string;
};

export type Crash = CrashPoint | `${CrashPoint}#${number}`;

/** Recovery from the death before is part of it. A point that is never reached fails the test. */
const reachedMs = 90_000;

/** What the product promises after the death of any one process. */
const recoveryMs = 60_000;

export const flows = {
  routine: {
    scene: 'routine-payout',
    act: async () => {},
    value: 'Approved',
    header: 'Approved automatically',
  },
  quorum: {
    scene: 'large-transfer',
    act: async (deployment, approvalId) => {
      await insistOn(deployment, approvalId, 'alice', approve);
      await insistOn(deployment, approvalId, 'bob', approve);
    },
    value: 'Approved',
    header: 'Approved: ',
  },
  denial: {
    scene: 'large-transfer',
    act: async (deployment, approvalId) => insistOn(deployment, approvalId, 'carol', reject),
    value: 'Denied',
    header: 'Denied: ',
  },
} as const satisfies Record<string, Flow>;

async function insistOn(deployment: Deployment, approvalId: string, who: Who, attempt: typeof approve): Promise<void> {
  await insist(
    async () => attempt(deployment, who, approvalId),
    () => statusOf(deployment, approvalId) !== 'Pending',
  );
}

/**
 * Cards are drawn beside everything else, so any death may fall between Slack's answer and the row that remembers it.
 * The card that it leaves behind decides nothing, and the first click on it removes it.
 */
const orphans = 1;

export type CrashOptions = {
  readonly redisUrl?: string;
};

/** One process after the other dies, each at its own point; the one after them ends it. */
export async function surviveCrashes(
  flow: Flow,
  [crashAt, ...more]: readonly [Crash, ...Crash[]],
  { redisUrl }: CrashOptions = {},
): Promise<void> {
  await withDeployment(redisUrl === undefined ? {} : { redisUrl }, async (deployment) => {
    const first = await deployment.start('first', { crashAt });
    const { approvalId } = deployment.sandbox.custody.play(flow.scene);
    const acting = flow.act(deployment, approvalId);
    await within(reachedMs, `it reaches ${crashAt}`, first.exited);
    for (const [index, again] of more.entries()) {
      const next = deployment.launch(`again ${index + 1}`, { crashAt: again });
      await within(reachedMs, `it reaches ${again}`, next.exited);
    }

    const last = await deployment.start('last');
    await within(recoveryMs, 'people are done', acting);
    await platformSays(deployment, approvalId, flow.value, recoveryMs);
    await comesToRest(deployment);

    expect(deployment.crashes()).toEqual([crashAt, ...more]);
    expect(callsOf(deployment, approvalId)).toEqual([`${flow.value} applied`]);
    await cardsEnd(deployment, approvalId, flow.header, orphans);
    expect(slackComplaints(deployment)).toEqual([]);
    expect((await deployment.row(approvalId))?.state).toBe(flow.value.toLowerCase());
    expect(await last.stop()).toMatchObject({ code: 0 });
  });
}

export async function surviveCrash(flow: Flow, crashAt: Crash, options?: CrashOptions): Promise<void> {
  return surviveCrashes(flow, [crashAt], options);
}
