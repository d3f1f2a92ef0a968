// AxonVault's policy language: policies by priority, the highest first, each with up to three parts that act at once.
import { draftId, draftLine, draftSetName, draftSlug } from '../../domain/draft-text.ts';
import type {
  DraftCondition,
  DraftEffect,
  DraftRule,
  ImportFault,
  ImportReading,
  ImportRemark,
  ImportSettings,
  PolicyLanguage,
} from '../../domain/rulebook-draft.ts';
import { optionWords, readOptions, type Options } from './policies-options.ts';
import { readFlow, readLimits, readWhitelist, type Lists } from './policies-parts.ts';
import { fault, readDocuments, remark, strangeKeys, type Reading, type WirePolicy } from './policies-wire.ts';

export const axonvaultLanguage: PolicyLanguage = {
  platform: 'axonvault',
  recognises,
  options: optionWords,
  importPolicies,
};

/** A rule with one of the three parts: no other platform's policies have them. */
function recognises(document: unknown): boolean {
  if (Array.isArray(document)) return document.length > 0 && document.every(recognises);
  if (typeof document !== 'object' || document === null) return false;
  for (const [key, value] of Object.entries(document)) {
    if (key === 'policy' || key === 'policies' || key === 'items' || key === 'data') return recognises(value);
  }
  if (!('rule' in document) || typeof document.rule !== 'object' || document.rule === null) return false;
  const { rule } = document;
  return 'addressWhitelist' in rule || 'amountLimit' in rule || 'approvalFlow' in rule;
}

/** The rules of one policy, by what they are for. */
type Drafted = {
  readonly priority: number;
  readonly id: string;
  readonly title: string;
  readonly source: NonNullable<DraftRule['source']>;
  readonly objections: readonly DraftRule[];
  /** The conditions of its explicit allow; null without one. */
  readonly allowed: readonly DraftCondition[] | null;
};

function importPolicies(text: string, settings: ImportSettings): ImportReading {
  const remarks: ImportRemark[] = [];
  const faults: ImportFault[] = [];
  const options = readOptions(settings.options, faults);
  const lists: Lists = new Map();
  const placed = readDocuments(text, faults).map(({ path, policy }, index) => {
    const title = draftLine(policy.name ?? '', 110) ?? draftLine(policy.policyId ?? '', 110) ?? `Policy ${index + 1}`;
    const id = draftId(policy.policyId ?? '') ?? draftSlug(policy.name ?? '') ?? `policy-${index + 1}`;
    return { policy, id, title, reading: { path, name: policy.policyId ?? title, remarks, faults } };
  });
  refuseRepetition(placed);
  const inForce = placed.filter(({ policy, reading }) => isInForce(policy, reading));
  const drafted = inForce.map((one) => draft(one, { options, lists, several: inForce.length > 1 }));
  if (faults.length > 0) return { kind: 'faults', faults };
  const ordered = drafted.toSorted((a, b) => b.priority - a.priority);
  const priorities = [...new Set(ordered.map(({ priority }) => priority))];
  const groups = priorities.map((priority) => ordered.filter((one) => one.priority === priority));
  for (const group of groups) if (group.length > 1) remarks.push(tieRemark(group));
  // Priorities beyond what a rulebook takes keep their order without their numbers.
  const numbered = ordered.every(({ priority }) => Math.abs(priority) <= 1_000_000);
  const rules = groups.flatMap((group) => rulesOf(group, options, settings.stage));
  const set = {
    name: draftSetName('axonvault', settings.connection),
    ...(settings.connection === null ? {} : { connections: [settings.connection] }),
    match: 'first-match' as const,
    order: numbered ? ('high-first' as const) : ('as-written' as const),
    otherwise: 'abstain' as const,
    rules: numbered ? rules : rules.map(withoutPriority),
  };
  return { kind: 'draft', draft: { lists: Object.fromEntries(lists), assets: {}, sets: [set] }, remarks };
}

type Placed = {
  readonly policy: WirePolicy;
  readonly id: string;
  readonly title: string;
  readonly reading: Reading;
};

/** As the platform does (409 `already_exists`), and because a policy is about the transactions of its own project only. */
function refuseRepetition(placed: readonly Placed[]): void {
  const firstOf = (key: (one: Placed) => string) => new Map(placed.toReversed().map((one) => [key(one), one]));
  const byName = firstOf(({ title }) => title);
  const byId = firstOf(({ id }) => id);
  const [first] = placed;
  for (const one of placed) {
    const { id, title, policy, reading } = one;
    if (policy.name && byName.get(title) !== one) {
      fault(reading, 'name', `repeats "${title}"`, 'AxonVault has one policy of a name: keep one version.');
    } else if (byId.get(id) !== one) {
      fault(reading, 'policyId', `repeats ${id}`, 'Keep one version of each policy, or give it its policyId.');
    }
    if (projectOf(policy) !== projectOf(first?.policy ?? policy)) {
      const words = 'is about another project than the first policy';
      fault(reading, 'projectId', words, 'Import the policies of one project at a time.');
    }
  }
}

function projectOf({ tenantId, projectId }: WirePolicy): string {
  return `${tenantId ?? ''}/${projectId ?? ''}`;
}

function isInForce({ enabled }: WirePolicy, reading: Reading): boolean {
  if (enabled === false) remark(reading, '', 'is not enabled', 'not carried over: it is not in force');
  else if (enabled !== true) {
    remark(reading, 'enabled', 'does not say whether it is enabled', 'taken as in force; it allows nothing');
  }
  return enabled !== false;
}

function draft(
  { policy, id, title, reading }: Placed,
  { options, lists, several }: { readonly options: Options; readonly lists: Lists; readonly several: boolean },
): Drafted {
  const { rule } = policy;
  if (several && (policy.priority === undefined || policy.priority === null)) {
    remark(reading, 'priority', 'is missing', 'taken as 0');
  }
  const priority = policy.priority ?? 0;
  const version = draftLine(policy.updateAt ?? policy.updatedAt ?? '', 40);
  const source = {
    platform: 'axonvault',
    id: draftLine(policy.policyId ?? '', 150) ?? title,
    ...(version === null ? {} : { version }),
  };
  const whitelist = readWhitelist(rule, reading, lists);
  const limits = readLimits(rule, reading, options);
  const flow = readFlow(rule, reading, options);
  const objections: DraftRule[] = [];
  const objectTo = (part: string, words: string, when: readonly DraftCondition[], effect: DraftEffect): void => {
    objections.push({
      id: `${id}.${part}`,
      title: `${title}: ${words}`,
      stage: 'live',
      priority,
      when,
      effect,
      source,
    });
  };
  for (const key of strangeKeys(policy)) {
    remark(
      reading,
      key,
      'is not a key that is known here',
      'what it does is unknown, so nothing from here on is allowed',
    );
  }
  const [stranger] = strangeKeys(policy);
  if (stranger !== undefined) {
    objectTo(
      'unknown',
      'more than is known here',
      [{ kind: 'unsupported', what: `"${stranger}" of AxonVault`.slice(0, 300) }],
      'abstain',
    );
  }
  if (whitelist?.objection)
    objectTo('recipients', 'only to its addresses', whitelist.objection.when, whitelist.objection.effect);
  if (limits?.objection) objectTo('limits', 'within its limits', limits.objection.when, limits.objection.effect);
  if (flow?.objection) objectTo('approval', 'asks people', flow.objection.when, flow.objection.effect);
  if (whitelist === null && limits === null && flow === null) {
    remark(reading, 'rule', 'has no part that is enabled', 'it allows nothing');
  }
  const parts = [whitelist, limits, flow].filter((part) => part !== null);
  const mayAllow = policy.enabled === true && whitelist !== null && parts.every(({ allowed }) => allowed !== null);
  // What other types of transaction do to their recipient is not documented.
  const plain: DraftCondition = { kind: 'activity', in: ['transfer'] };
  const allowed = mayAllow ? [plain, ...parts.flatMap((part) => part.allowed ?? [])] : null;
  return { priority, id, title, source, objections, allowed };
}

/**
 * Policies of one priority: everything that objects, then what allows. Where every policy matches, the first one
 * decides alone; which of several is first is not documented, so then all of them have to allow.
 */
function rulesOf(group: readonly Drafted[], options: Options, stage: 'shadow' | 'live'): readonly DraftRule[] {
  const rule = (
    one: Drafted,
    part: string,
    words: string,
    when: readonly DraftCondition[],
    effect: DraftEffect,
  ): DraftRule => {
    const { id, title, priority, source } = one;
    const at = part === 'allow' ? stage : 'live';
    return { id: `${id}.${part}`, title: `${title}: ${words}`, stage: at, priority, when, effect, source };
  };
  const objections = group.flatMap((one) => one.objections);
  const allows = group.flatMap((one) =>
    one.allowed === null ? [] : [rule(one, 'allow', 'allows its addresses', one.allowed, 'allow')],
  );
  if (!options.everyPolicyMatches) return [...objections, ...allows];
  const decides = { abstain: 'this policy decides, and does not allow it by name' };
  const [only, ...others] = group;
  if (only !== undefined && others.length === 0) {
    return [...objections, ...allows, rule(only, 'rest', 'decides alone', [{ kind: 'always' }], decides)];
  }
  const guards = group.map((one) => {
    const when: DraftCondition = one.allowed === null ? { kind: 'always' } : { not: { all: one.allowed } };
    return rule(one, 'rest', 'decides alone', [when], decides);
  });
  return [...objections, ...guards, ...allows];
}

function withoutPriority(rule: DraftRule): DraftRule {
  const { priority: _priority, ...rest } = rule;
  return rest;
}

function tieRemark(group: readonly Drafted[]): ImportRemark {
  return {
    place: group.map(({ source }) => source.id).join(', '),
    words: `have the same priority (${group[0]?.priority}), and which one is first is not documented`,
    instead: 'they count together: what one of them objects to is not allowed',
  };
}
