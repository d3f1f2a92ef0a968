// Trigger ids: the right to open one modal for one person, for three seconds, once.
// https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses
import { randomBytes, randomInt } from 'node:crypto';
import { now, type EpochMs, type Workspace } from './workspace.ts';

const LIFETIME_MS = 3_000;

type Trigger = { user: string; expiresAt: EpochMs; used: boolean };

type Exchange =
  | { kind: 'exchanged'; user: string }
  | { kind: 'refused'; error: 'expired_trigger_id' | 'exchanged_trigger_id' | 'invalid_trigger_id' };

export type Triggers = {
  issue(user: string): string;
  /** Says what an exchange would give, without using the trigger up. */
  look(id: string): Exchange;
  exchange(id: string): Exchange;
};

export function createTriggers(workspace: Workspace): Triggers {
  const issued = new Map<string, Trigger>();

  const look = (id: string): Exchange => {
    const trigger = issued.get(id);
    if (trigger === undefined) return { kind: 'refused', error: 'invalid_trigger_id' };
    if (trigger.used) return { kind: 'refused', error: 'exchanged_trigger_id' };
    if (trigger.expiresAt <= now(workspace)) return { kind: 'refused', error: 'expired_trigger_id' };
    return { kind: 'exchanged', user: trigger.user };
  };

  return {
    look,
    issue(user) {
      const id = `${randomInt(1e12)}.${randomInt(1e12)}.${randomBytes(16).toString('hex')}`;
      issued.set(id, { user, expiresAt: now(workspace) + LIFETIME_MS, used: false });
      return id;
    },
    exchange(id) {
      const outcome = look(id);
      const trigger = issued.get(id);
      if (outcome.kind === 'exchanged' && trigger !== undefined) trigger.used = true;
      return outcome;
    },
  };
}
