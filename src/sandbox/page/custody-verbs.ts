// What the viewer can make the custody platform do.
import { z } from 'zod';
import type { Policy } from '../custody/ledger.ts';
import type { Runner } from './runner.ts';
import { callJson } from './wire/call.ts';
import type { Json } from './wire/call.ts';
import type { PageConfig, Person } from './wire/config.ts';

export type CustodyVerbs = {
  playScene: (name: string) => void;
  decide: (approvalId: string, person: Person, value: 'Approved' | 'Denied') => void;
  mutate: (approvalId: string, change: { path: string; value: unknown }) => void;
  setQuorum: (policy: Policy, quorum: number) => void;
  setDown: (down: boolean) => void;
  dropWebhooks: (on: boolean) => void;
  advance: (advanceMs: number, label: string) => void;
  deliver: (approvalId: string) => void;
};

const startedSchema = z.looseObject({ approvalId: z.string() });

export function custodyVerbs(config: PageConfig, runner: Runner): CustodyVerbs {
  const call = (path: string, body: Json | undefined, method = 'POST') =>
    callJson(`${config.custodyUrl}/_sandbox/${path}`, { method, ...(body ? { body } : {}) });
  const act = (key: string, path: string, body: Json | undefined, done: string, method = 'POST') =>
    runner.run(key, async () => {
      await call(path, body, method);
      runner.toast(done);
    });
  return {
    playScene: (name) =>
      runner.run(`scene-${name}`, async () => {
        const { approvalId } = startedSchema.parse(await call(`scenes/${name}`, {}));
        runner.toast(`The platform stopped ${approvalId} and sends its webhook`);
      }),
    decide: (approvalId, person, value) => {
      const body = { userId: person.userId ?? '', value };
      act(
        `decide-${approvalId}`,
        `approvals/${approvalId}/decide`,
        body,
        `${person.name} decided in the dashboard: ${value}`,
      );
    },
    mutate: (approvalId, { path, value }) =>
      act(`change-${approvalId}`, `approvals/${approvalId}/mutate`, { path, value }, 'The content is now another one'),
    setQuorum: (policy, quorum) =>
      act(
        `quorum-${policy.id}`,
        `policies/${policy.id}`,
        withQuorum(policy, quorum),
        `${policy.name} now needs ${quorum}`,
      ),
    setDown: (down) =>
      down
        ? act('down', 'faults', { kind: 'down', times: null }, 'The platform is down')
        : act('down', 'faults', undefined, 'The platform is back', 'DELETE'),
    dropWebhooks: (on) =>
      act('drop', 'webhooks/drop', { on }, on ? 'Webhooks are dropped' : 'Webhooks are delivered again'),
    advance: (advanceMs, label) => act('clock', 'clock', { advanceMs }, `The platform's clock moved ${label}`),
    deliver: (approvalId) => act(`deliver-${approvalId}`, 'deliver', { approvalId }, 'The webhook was sent again'),
  };
}

/** Only the first group changes: enough to show that votes bind the policy as it was read. */
function withQuorum(policy: Policy, quorum: number): Json {
  const groups = policy.action.approvalGroups ?? [];
  const approvalGroups = groups.map((group, index) => (index === 0 ? { ...group, quorum } : group));
  return { action: { ...policy.action, approvalGroups } };
}
