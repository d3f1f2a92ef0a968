// What became of a switch, in words for whoever asked.
import type { SwitchName } from '../db/switches.ts';
import type { Person } from '../domain/person.ts';
import type { SwitchResult } from '../flow/switches.ts';
import { printable } from './terminal.ts';

export type SwitchAnswer = {
  /** The switch stands as asked, or is on its way there. */
  readonly done: boolean;
  readonly words: string;
};

export function switchAnswer(
  result: SwitchResult,
  asked: { name: SwitchName; by: string; people: readonly Person[]; admins: readonly string[] },
): SwitchAnswer {
  const what = asked.name === 'automation' ? 'Automatic approvals' : 'All approvals from here';
  const by = printable(asked.by);
  switch (result.kind) {
    case 'paused':
      return yes(`${what} are paused. Two admins resume them: ${asked.admins.join(', ')}.`);
    case 'already-paused':
      return yes(`${what} were paused already; nothing was changed.`);
    case 'resumed':
      return yes(`${what} are on again. What waits is evaluated afresh.`);
    case 'already-on':
      return yes(`${what} are on; nothing was changed.`);
    case 'second-admin-needed': {
      const others = asked.admins.filter((admin) => admin !== asked.by);
      return yes(`${what} are still paused: a second admin must agree (${others.join(', ')}).`);
    }
    case 'refused':
      return no(refusalWords(result.reason, by, asked));
  }
}

function refusalWords(
  reason: Extract<SwitchResult, { kind: 'refused' }>['reason'],
  by: string,
  { people, admins }: { people: readonly Person[]; admins: readonly string[] },
): string {
  switch (reason) {
    case 'unknown-person':
      return `Nothing was changed: "${by}" is not the id of anybody in \`people\` (${people.map(({ id }) => id).join(', ')}).`;
    case 'not-an-admin':
      return `Nothing was changed: "${by}" is not an admin. Admins: ${admins.join(', ')}.`;
    case 'same-admin':
      return `Nothing was changed: "${by}" has asked already, and a different admin must agree.`;
  }
}

function yes(words: string): SwitchAnswer {
  return { done: true, words };
}

function no(words: string): SwitchAnswer {
  return { done: false, words };
}
