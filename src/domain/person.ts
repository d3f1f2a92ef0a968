// People as configuration names them: one person, all their accounts.
import type { EpochMs } from './amount.ts';

export type PersonId = string;

export type Person = {
  readonly id: PersonId;
  readonly name: string;
  /** `team/user`, exact; never an e-mail address or a display name. */
  readonly slack: readonly string[];
  /** Connection name → every account of this person there. */
  readonly accounts: Readonly<Record<string, readonly string[]>>;
  /** Service accounts that this person runs: they count as the initiator of what those initiate. */
  readonly owns: readonly string[];
};

/** Who a Slack user is at this moment, as Slack says; `unreachable` means nobody may act on it. */
export type VoterReading =
  | { readonly kind: 'active' }
  | { readonly kind: 'refused'; readonly reason: VoterRefusal }
  | { readonly kind: 'unreachable'; readonly reason: string };

export type VoterRefusal = 'deactivated' | 'guest' | 'bot' | 'external' | 'never-signed-in' | 'not-found';

export function personOfSlackUser(people: readonly Person[], slackUser: string): Person | null {
  const matches = people.filter((person) => person.slack.includes(slackUser));
  const [only] = matches;
  // Two people behind one Slack user is a fault of configuration; neither of them may vote through it.
  return matches.length === 1 && only !== undefined ? only : null;
}

export function accountsOf(person: Person, connection: string): readonly string[] {
  return person.accounts[connection] ?? [];
}

/** The initiator is the person whose account asked, or who runs the service account that asked. */
export function isInitiator(person: Person, connection: string, initiatorAccount: string): boolean {
  return accountsOf(person, connection).includes(initiatorAccount) || person.owns.includes(initiatorAccount);
}

export type ChangedPeople = ReadonlyMap<PersonId, EpochMs>;
