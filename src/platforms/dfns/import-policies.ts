// Dfns' policy language: each policy becomes a rule that objects when it triggers. None of them can allow anything.
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
import type { ExactRecord } from './document.ts';
import { readTrigger, unsupported, type Lists } from './import-policies-rules.ts';
import {
  fault,
  readDocuments,
  readPolicy,
  remark,
  strangeKeys,
  type ImportedGroup,
  type ImportedPolicy,
  type Reading,
} from './import-policies-wire.ts';
import { unnamedGroup } from './policies.ts';

export const dfnsLanguage: PolicyLanguage = { platform: 'dfns', recognises, options: {}, importPolicies };

/** An activity kind and a rule with a kind: no other platform's policies have both. */
function recognises(document: unknown): boolean {
  if (Array.isArray(document)) return document.length > 0 && document.every(recognises);
  if (typeof document !== 'object' || document === null) return false;
  if ('items' in document) return recognises(document.items);
  if ('body' in document) return recognises(document.body);
  return (
    'activityKind' in document &&
    typeof document.activityKind === 'string' &&
    'rule' in document &&
    typeof document.rule === 'object' &&
    document.rule !== null &&
    'kind' in document.rule
  );
}

function importPolicies(text: string, settings: ImportSettings): ImportReading {
  const remarks: ImportRemark[] = [
    {
      place: 'all policies',
      words: 'Dfns has no policy that allows: what no policy stops goes through there',
      instead: 'these rules only object; by themselves they approve nothing',
    },
  ];
  const faults: ImportFault[] = [];
  const lists: Lists = new Map();
  const ids = new Set<string>();
  const rules = readDocuments(text, faults).flatMap((document, index): readonly DraftRule[] => {
    const policy = readPolicy(document, faults);
    if (policy === null) return [];
    const title = draftLine(policy.name ?? '', 150) ?? draftLine(policy.id ?? '', 150) ?? `Policy ${index + 1}`;
    const id = idOf(policy, index, ids);
    const reading = { remarks, faults, path: document.path, name: policy.id ?? title };
    if (ids.has(id)) fault(reading, 'id', `repeats ${policy.id ?? id}`, 'Keep one version of each policy.');
    ids.add(id);
    return isInForce(policy, reading) ? [ruleOf(policy, { id, title }, reading, lists)] : [];
  });
  if (faults.length > 0) return { kind: 'faults', faults };
  const set = {
    name: draftSetName('dfns', settings.connection),
    ...(settings.connection === null ? {} : { connections: [settings.connection] }),
    match: 'all-trigger' as const,
    otherwise: 'pass-on' as const,
    rules,
  };
  return { kind: 'draft', draft: { lists: Object.fromEntries(lists), assets: {}, sets: [set] }, remarks };
}

/** The platform's own id; a policy that was not created yet is known by its name. */
function idOf(policy: ImportedPolicy, index: number, taken: ReadonlySet<string>): string {
  if (policy.id !== undefined && policy.id !== null) return draftId(policy.id) ?? `policy-${index + 1}`;
  const slug = draftSlug(policy.name ?? '') ?? `policy-${index + 1}`;
  return taken.has(slug) ? `${slug}-${index + 1}` : slug;
}

function isInForce(policy: ImportedPolicy, reading: Reading): boolean {
  const { id, status } = policy;
  if (status === 'Archived') {
    remark(reading, '', 'is archived', 'not carried over: it is not in force');
    return false;
  }
  if (status !== undefined && status !== null && status !== 'Active') {
    remark(reading, 'status', `"${status}" is not a status that is known here`, 'taken as in force');
  } else if (status === 'Active' && (id === undefined || id === null)) {
    remark(reading, 'status', 'Dfns takes no status for a new policy, as older guides wrote', 'taken as in force');
  }
  if ('pendingChangeRequest' in policy && typeof policy['pendingChangeRequest'] === 'object') {
    const instead = 'taken as it is now; import it again when the change is applied';
    if (policy['pendingChangeRequest'] !== null) remark(reading, '', 'has a change that waits for approval', instead);
  }
  return true;
}

function ruleOf(
  policy: ImportedPolicy,
  named: { readonly id: string; readonly title: string },
  reading: Reading,
  lists: Lists,
): DraftRule {
  for (const key of strangeKeys(policy)) {
    remark(reading, key, 'is not a key that is known here', 'left out; the policy applies at least as widely');
  }
  if (!knownActivities.has(policy.activityKind)) {
    const words = `"${policy.activityKind}" is not a kind of activity that is known here`;
    remark(reading, 'activityKind', words, 'compared by its name');
  }
  const version = draftLine(policy.dateUpdated ?? '', 40);
  return {
    ...named,
    stage: 'live',
    // It records and changes nothing, on Dfns as here.
    ...(policy.action.kind === 'NoAction' ? { enforcement: 'log-only' as const } : {}),
    when: [
      { kind: 'method', in: [policy.activityKind, ...(olderNames[policy.activityKind] ?? [])] },
      ...readFilters(policy.filters ?? {}, reading),
      ...readTrigger(policy.rule.kind, policy.rule.configuration ?? {}, reading, lists),
    ],
    effect: effectsOf(policy, reading),
    source: {
      platform: 'dfns',
      id: draftLine(policy.id ?? '', 150) ?? named.title,
      ...(version === null ? {} : { version }),
    },
  };
}

const knownActivities: ReadonlySet<string> = new Set([
  'Wallets:Sign',
  'Wallets:IncomingTransaction',
  'Permissions:Assign',
  'Permissions:Modify',
  'Policies:Modify',
  'Registry:Addresses:Modify',
  'Registry:ContractSchemas:Modify',
  'Alias:Modify',
  'Vaults:ReleaseQuarantine',
  'Vaults:CreateLock',
]);

/** The same activity under the name that some of Dfns' examples still show. */
const olderNames: Readonly<Record<string, readonly string[]>> = {
  'Registry:Addresses:Modify': ['Alias:Modify'],
  'Alias:Modify': ['Registry:Addresses:Modify'],
};

type ReadFilter = (values: readonly string[]) => readonly DraftCondition[];

/** By filter and operator. All of them must hold: "the relationship between inclusion operators is always AND". */
const filters: Readonly<Record<string, Readonly<Record<string, ReadFilter>>>> = {
  walletId: { in: (values) => [{ kind: 'wallet', in: values }] },
  walletTags: {
    hasAny: (values) => [{ kind: 'wallet-tag', anyOf: values }],
    hasAll: (values) => [{ kind: 'wallet-tag', allOf: values }],
  },
  permissionId: { in: (values) => [{ kind: 'field', name: 'permissionId', in: values }] },
  policyId: { in: (values) => [{ kind: 'field', name: 'policyId', in: values }] },
};

function readFilters(written: ExactRecord, reading: Reading): readonly DraftCondition[] {
  return Object.entries(written).flatMap(([name, operators]): readonly DraftCondition[] => {
    const known = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (known === undefined || typeof operators !== 'object' || operators === null) {
      return [unreadFilter(`filters.${name}`, reading)];
    }
    return Object.entries(operators).flatMap(([operator, values]) => {
      const read = Object.hasOwn(known, operator) ? known[operator] : undefined;
      const texts = textsIn(values);
      // All of no tags is every wallet, and a filter without an operator filters nothing.
      if (operator === 'hasAll' && texts?.length === 0) return [];
      if (read === undefined || texts === null || texts.length === 0) {
        return [unreadFilter(`filters.${name}.${operator}`, reading)];
      }
      return read(texts);
    });
  });
}

function textsIn(values: unknown): readonly string[] | null {
  if (!Array.isArray(values)) return null;
  const texts = values.filter((value): value is string => typeof value === 'string' && value !== '');
  return texts.length === values.length ? texts : null;
}

/** It narrows the policy in a way that nobody here can tell, so whether the policy applies is unknown. */
function unreadFilter(path: string, reading: Reading): DraftCondition {
  remark(reading, path, 'is not a filter that is known here, or is empty', 'whether the policy applies is unknown');
  return unsupported(`the filter ${path}`);
}

function effectsOf({ action }: ImportedPolicy, reading: Reading): readonly DraftEffect[] {
  switch (action.kind) {
    case 'RequestApproval':
      return (action.approvalGroups ?? []).map(peopleOf);
    case 'Block':
      return [{ abstain: 'Dfns blocks it' }];
    case 'NoAction':
      return [{ notify: 'the log' }];
    default:
      remark(reading, 'action.kind', `"${action.kind}" is not an action that is known here`, 'left to people');
      return [{ abstain: 'the action of Dfns is not known here' }];
  }
}

/** Who is in a group, and who of them may vote, is read from Dfns with every approval. */
function peopleOf({ name, quorum }: ImportedGroup): DraftEffect {
  return { people: [draftLine(name ?? '', 100) ?? unnamedGroup], ...(quorum <= 100 ? { quorum } : {}) };
}
