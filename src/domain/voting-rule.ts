// How the people of one platform group vote, as configuration says.
import type { Fiat } from './amount.ts';
import type { ApprovalGroup } from './approval.ts';
import type { PersonId } from './person.ts';

export type Ceiling = { readonly perItem: Fiat; readonly per24h: Fiat };

export type VotingRule = {
  readonly connection: string;
  /** The platform's policy id; null matches every policy with a group of this name. */
  readonly policy: string | null;
  readonly name: string;
  readonly votes: 'slack' | 'platform';
  /** May an automatic verdict cast the service account's vote in this group? */
  readonly automation: boolean;
  readonly quorum: number;
  /** How many people must reject before `Denied` is sent; one rejection holds in any case. */
  readonly denyQuorum: number;
  readonly approvers: readonly PersonId[];
  readonly ceiling: Ceiling | null;
};

/** The rule that names the policy wins over the one that names only the group; none means `votes: platform`. */
export function ruleFor(rules: readonly VotingRule[], connection: string, group: ApprovalGroup): VotingRule | null {
  const named = rules.filter((rule) => rule.connection === connection && rule.name === group.name);
  return named.find((rule) => rule.policy === group.policyId) ?? named.find((rule) => rule.policy === null) ?? null;
}
