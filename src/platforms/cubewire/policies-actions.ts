// What a Cubewire policy does when it decides, as effects of ours: a block becomes silence, never a denial.
import { draftName } from '../../domain/draft-text.ts';
import type { DraftEffect } from '../../domain/rulebook-draft.ts';
import { unknownKeys, type WireAction } from './policies-wire.ts';

/** Adds a line to the report of the import. */
export type Note = (words: string, instead?: string) => void;

export function effectOf(action: WireAction, note: Note, ignored: ReadonlySet<string>): readonly DraftEffect[] {
  const [key] = unknownKeys('action', action).filter((name) => !ignored.has(name));
  if (key !== undefined) return [objection(`the key "${key}" of an action is not known here`, note)];
  switch (action.type) {
    case 'ALLOW':
      return ['allow'];
    case 'BLOCK':
      return [{ abstain: 'the policy blocks it' }];
    case 'REQUIRE_APPROVAL':
      return [peopleOf(action, note)];
    case 'NOTIFY':
      if (action.notificationTarget !== null) return [{ notify: draftName(action.notificationTarget, 200) }];
      note('NOTIFY names no target', 'Nobody is told.');
      return [];
    default:
      return [objection(`the action "${action.type}" is not known here`, note)];
  }
}

function objection(words: string, note: Note): DraftEffect {
  note(words, 'Where the policy decides, it abstains.');
  return { abstain: draftName(words, 200) };
}

function peopleOf({ approverListId, requiredApprovers }: WireAction, note: Note): DraftEffect {
  if (approverListId === null) {
    note('REQUIRE_APPROVAL names no list of approvers', 'It asks for people without saying which.');
    return 'people';
  }
  const people = [draftName(approverListId, 100)];
  if (requiredApprovers !== null && requiredApprovers >= 1 && requiredApprovers <= 100) {
    return { people, quorum: requiredApprovers };
  }
  if (requiredApprovers !== null)
    note(`${requiredApprovers} required approvers is no number of people`, 'It asks for the list.');
  return { people };
}

export function isNotice(effect: DraftEffect): boolean {
  return typeof effect === 'object' && 'notify' in effect;
}
