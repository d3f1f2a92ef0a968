// The platform's approval groups against `groups` and `people`: what kind of control each of them is, and what can
// never work. Pure.
import type { ApprovalGroup, TriggeredPolicy } from '../domain/approval.ts';
import { isListed, mayVoteOnPlatform } from '../domain/approval.ts';
import { formatFiat } from '../domain/amount.ts';
import { accountsOf, type Person } from '../domain/person.ts';
import { isServed, minimumPeople, shapeOf } from '../domain/quorum.ts';
import { ruleFor, type VotingRule } from '../domain/voting-rule.ts';
import type { Diagnosis } from '../platforms/platform.ts';
import { suggestion } from '../rules/document.ts';
import { fault, ok, warning } from './doctor-report.ts';
import { plural } from './words.ts';

export type GroupsInput = {
  readonly connection: string;
  readonly serviceAccount: string;
  readonly policies: readonly TriggeredPolicy[];
  readonly rules: readonly VotingRule[];
  readonly people: readonly Person[];
};

type Placed = { readonly policy: TriggeredPolicy; readonly group: ApprovalGroup; readonly name: string };

export function judgeGroups(input: GroupsInput): readonly Diagnosis[] {
  const placed = input.policies.flatMap((policy) =>
    policy.groups.map((group): Placed => ({ policy, group, name: `"${group.name}" of "${policy.name}"` })),
  );
  return [
    ...placed.flatMap((entry) => judgeGroup(input, entry)),
    ...input.rules.filter((rule) => rule.connection === input.connection).flatMap((rule) => orphan(input, rule)),
  ];
}

function judgeGroup(input: GroupsInput, entry: Placed): readonly Diagnosis[] {
  const rule = ruleFor(input.rules, input.connection, entry.group);
  const shape = shapeLine(input, entry, rule);
  if (rule === null || (rule.votes === 'platform' && !rule.automation)) return [shape];
  return [
    shape,
    ...unserved(input, entry, rule),
    ...(rule.votes === 'slack' ? [...judgeQuorum(entry, rule), ...judgeApprovers(input, entry, rule)] : []),
  ];
}

const recommended =
  'Give the service account a group of its own and put a group of people only beside it, in the same policy.';

/** Design: what kind of control the group is, in plain words; a control that looks stronger than it is, is a warning. */
function shapeLine(input: GroupsInput, { policy, group, name }: Placed, rule: VotingRule | null): Diagnosis {
  const how = routeWords(rule);
  const votes = rule !== null && (rule.votes === 'slack' || rule.automation);
  const others = group.approvers.kind === 'listed' ? group.approvers.accounts.length - 1 : 0;
  switch (shapeOf(group, input.serviceAccount)) {
    case 'any-one-may-approve': {
      const words = `any one of ${others} listed people can also approve alone on the platform`;
      if (!votes) return ok(name, `${how}; ${words}`);
      return warning(name, `${how}; but ${words}, so a quorum here can't be enforced`, recommended);
    }
    case 'service-account-alone': {
      if (policy.groups.some((other) => shapeOf(other, input.serviceAccount) === 'people-only')) {
        return ok(name, `${how}; the service account's group stands beside a group of people only, as recommended`);
      }
      const words = 'only the service account is listed';
      if (!votes) return ok(name, `${how}; ${words}, so nobody else can approve on the platform`);
      const control = 'so what happens here is the only control, and a stolen key of it approves';
      return warning(name, `${how}; ${words}, ${control}`, recommended);
    }
    case 'mixed': {
      const seats = `the service account fills one of ${group.quorum} seats`;
      return ok(
        name,
        `${how}; ${seats}, and ${plural(group.quorum - 1, 'person', 'people')} must vote on the platform`,
      );
    }
    case 'people-only':
      return ok(name, `${how}; ${group.quorum} of the people listed there must approve on the platform`);
    case 'anyone-in-the-organisation': {
      const words = 'anybody in the organisation can approve on the platform';
      const remedy = 'List the approvers of the group by their user ids on the platform.';
      return votes ? warning(name, `${how}; but ${words}`, remedy) : ok(name, `${how}; ${words}`);
    }
  }
}

function routeWords(rule: VotingRule | null): string {
  if (rule === null) return 'no entry in `groups`, so people decide on the platform';
  const automatic = rule.automation ? 'a verdict may approve by itself' : null;
  if (rule.votes === 'platform') return automatic ?? 'people decide on the platform';
  const ceiling =
    rule.ceiling === null
      ? 'no ceiling, so votes in Slack release nothing'
      : `up to ${formatFiat(rule.ceiling.perItem)} each, ${formatFiat(rule.ceiling.per24h)} in 24 h`;
  const words = `${Math.max(rule.quorum, minimumPeople)} votes in Slack (${ceiling})`;
  return automatic === null ? words : `${words}, and ${automatic}`;
}

/** Our one vote counts only where the account is listed and service accounts may approve. */
function unserved(input: GroupsInput, { group, name }: Placed, rule: VotingRule): readonly Diagnosis[] {
  if (isServed(group, input.serviceAccount)) return [];
  const what = rule.votes === 'slack' ? 'votes in Slack' : 'automation';
  if (isListed(group, input.serviceAccount)) {
    const words = `lists the service account but does not let service accounts approve, so ${what} can't release anything`;
    return [warning(name, words, 'Set serviceAccountsCanApprove in this group on the platform.')];
  }
  const words = `does not list the service account ${input.serviceAccount}, so ${what} can't release anything: cards only link`;
  return [warning(name, words, 'List it in this group on the platform, or write `votes: platform` and no automation.')];
}

function judgeQuorum({ group, name }: Placed, rule: VotingRule): readonly Diagnosis[] {
  if (rule.quorum >= group.quorum) return [];
  const words = `quorum is ${rule.quorum}, below the platform's own ${group.quorum}`;
  return [fault(name, words, `Write \`quorum: ${group.quorum}\` or more for this group.`)];
}

function judgeApprovers(input: GroupsInput, { group, name }: Placed, rule: VotingRule): readonly Diagnosis[] {
  const lines: Diagnosis[] = [];
  const eligible: Person[] = [];
  for (const id of rule.approvers) {
    const person = input.people.find((each) => each.id === id);
    if (person === undefined) continue;
    const line = obstacle(input.connection, group, name, person);
    if (line === null) eligible.push(person);
    else lines.push(line);
  }
  const needed = Math.max(rule.quorum, group.quorum, minimumPeople);
  if (eligible.length < needed) {
    const words = `needs ${needed} people, and only ${eligible.length} of its approvers can vote`;
    lines.push(
      fault(name, words, 'Add approvers with a Slack user and an account that the group lists, or lower `quorum`.'),
    );
  } else if (eligible.length === needed) {
    const who = eligible.map((person) => person.id).join(', ');
    const words = `needs all of its approvers (${who}): what one of them asks for can't be approved here`;
    lines.push(warning(name, words, 'Add one more approver, so that an initiator can be left out.'));
  }
  return lines;
}

function obstacle(connection: string, group: ApprovalGroup, name: string, person: Person): Diagnosis | null {
  const who = `${person.name} (${person.id})`;
  const accounts = accountsOf(person, connection);
  if (accounts.length === 0) {
    const remedy = `Add \`accounts: { ${connection}: ['…'] }\` to "${person.id}" in \`people\`, or remove them from \`approvers\`.`;
    return fault(name, `${who} has no account on "${connection}", so no vote of theirs counts`, remedy);
  }
  if (person.slack.length === 0) {
    const remedy = `Add \`slack: [T…/U…]\` to "${person.id}" in \`people\`, or remove them from \`approvers\`.`;
    return fault(name, `${who} has no Slack user, so they can't vote`, remedy);
  }
  if (accounts.some((account) => mayVoteOnPlatform(group, account))) return null;
  const remedy = `Add ${accounts.join(' or ')} to the group on the platform, or remove "${person.id}" from \`approvers\`.`;
  return warning(name, `${who} is not listed in this group on the platform, so no vote of theirs counts`, remedy);
}

/** An entry that fits nothing was written for something: a typing error here silently asks nobody. */
function orphan(input: GroupsInput, rule: VotingRule): readonly Diagnosis[] {
  const matches = input.policies.flatMap((policy) =>
    policy.groups.filter((group) => ruleFor([rule], input.connection, group) !== null),
  );
  if (matches.length > 0) return [];
  const name = `groups: "${rule.name}"`;
  const named = input.policies.filter((policy) => policy.groups.some((group) => group.name === rule.name));
  if (named.length > 0) {
    const ids = named.map(({ id, name: title }) => `${id} ("${title}")`).join(', ');
    const words = `the policy ${rule.policy ?? ''} has no such group on the platform, other policies do`;
    return [fault(name, words, `Correct \`policy\`: ${ids}.`)];
  }
  const names = [...new Set(input.policies.flatMap((policy) => policy.groups.map((group) => group.name)))];
  const words = `no policy on the platform has a group of this name${names.length === 0 ? ', none has any group' : ''}`;
  return [
    fault(
      name,
      words,
      names.length === 0 ? 'Make the group on the platform, or remove the entry.' : suggestion(rule.name, names),
    ),
  ];
}
