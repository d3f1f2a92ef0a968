// What must hold over the whole story, whatever happened in it.
import { bot } from '../company.ts';
import type { DecisionCall } from '../custody/ledger.ts';
import { found, notYet, when, type Look, type Stage } from './stage.ts';
import type { Step } from './step.ts';

/** A check that only whoever runs the bot can make, e.g. of its own records. */
export interface OwnCheck {
  claim: string;
  check(): Promise<{ holds: boolean; seen: string }>;
}

export function epilogue(ownChecks: readonly OwnCheck[]): Step {
  return {
    id: 'epilogue',
    promise: 'Over the whole story nothing was decided twice, and nobody was denied by a machine',
    sabotage: 'somebody else uses the service account’s key',
    async play(stage, isSabotaged) {
      if (isSabotaged) {
        const id = await stage.scene('large-transfer', { externalId: 'stolen-key' });
        await stage.custody.post('foreign-decision', { approvalId: id, value: 'Denied' });
      }
      await stage.now('every approval has at most one decision of the service account', async () =>
        atMostOneEach(await decisionsOfBot(stage)),
      );
      await stage.now('every decision of the service account came from the bot itself', async () => {
        const foreign = (await decisionsOfBot(stage)).filter(({ via }) => via !== 'api');
        return when(
          foreign.length === 0,
          `${foreign.length} did not: ${foreign.map(({ approvalId }) => approvalId).join(', ')}`,
        );
      });
      await stage.now('every denial of the service account rests on a person who rejected in Slack', async () => {
        const denials = (await decisionsOfBot(stage)).filter(({ value }) => value === 'Denied');
        const orphans = denials.filter(({ approvalId }) => !stage.rejectedInSlack.has(approvalId));
        return when(orphans.length === 0, `nobody rejected ${orphans.map(({ approvalId }) => approvalId).join(', ')}`);
      });
      await stage.now('Slack refused nothing, and showed nobody a failure', async () => {
        const { violations, troubles } = await stage.workspace();
        const seen = JSON.stringify([...violations, ...troubles]).slice(0, 400);
        return when(violations.length === 0 && troubles.length === 0, seen);
      });
      for (const own of ownChecks) {
        const { holds, seen } = await own.check();
        await stage.now(own.claim, async () => when(holds, seen));
      }
    },
  };
}

async function decisionsOfBot(stage: Stage): Promise<DecisionCall[]> {
  const { decisionCalls } = await stage.ledger();
  return decisionCalls.filter(
    ({ userId, applied, approvalId }) => userId === bot.userId && applied && !stage.before.has(approvalId),
  );
}

function atMostOneEach(decisions: DecisionCall[]): Look<true> {
  const ids = decisions.map(({ approvalId }) => approvalId);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  return twice.length === 0 ? found(true) : notYet(`decided twice: ${[...new Set(twice)].join(', ')}`);
}
