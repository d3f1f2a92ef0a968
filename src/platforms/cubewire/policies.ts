// Cubewire's policies as a draft of our rulebook: by priority from 0 on, the first one that matches decides.
import { draftName, draftRuleId } from '../../domain/draft-text.ts';
import { readJson } from '../../domain/json.ts';
import type { Enforcement } from '../../domain/rulebook.ts';
import type {
  DraftCondition,
  DraftRule,
  ImportFault,
  ImportReading,
  ImportRemark,
  ImportSettings,
  PolicyLanguage,
} from '../../domain/rulebook-draft.ts';
import { effectOf, isNotice, type Note } from './policies-actions.ts';
import { assetsOption, readAssets } from './policies-assets.ts';
import { conditionOf, ignoreForm, type Surroundings } from './policies-conditions.ts';
import { selectInForce, type PolicyInForce } from './policies-versions.ts';
import { isRecord, readWire, unknownKeys } from './policies-wire.ts';

const platform = 'cubewire';

const options = {
  assets: assetsOption,
  unit: 'the unit of amounts that name none: `wei`, a currency, or a symbol from `assets`; without it they are unknown',
  nonStrict:
    'what a matching policy does that is not STRICT: `continue` (the default: the search goes on) or `stop` (it ends, and nothing is allowed)',
  ignore: 'keys, with commas between, that are not known here and have no bearing on the decision',
};

export const cubewireLanguage: PolicyLanguage = {
  platform,
  recognises: (document) => policiesIn(document).some(isPolicy),
  options,
  importPolicies,
};

function policiesIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (!isRecord(document)) return [];
  const inside = [document['data'], document['items'], document['policies']].find((value) => Array.isArray(value));
  return Array.isArray(inside) ? inside : [document['policy'] ?? document];
}

/** A name for its type in capitals, beside conditions and actions, is what no other platform's policy has. */
function isPolicy(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value['conditions']) || !Array.isArray(value['actions'])) return false;
  return typeof value['type'] === 'string' && /^[A-Z_]+$/.test(value['type']) && 'priority' in value;
}

function importPolicies(text: string, settings: ImportSettings): ImportReading {
  const json = readJson(text);
  if (json.kind === 'malformed') {
    return {
      kind: 'faults',
      faults: [{ path: '', words: `is not JSON: ${json.reason}`, remedy: 'Correct the file.' }],
    };
  }
  const faults = optionFaults(settings.options);
  const assets = readAssets(settings.options['assets'], faults);
  const wire = readWire(json.value);
  if (wire.kind === 'faults') return { kind: 'faults', faults: [...faults, ...wire.faults] };
  const selected = selectInForce(wire.policies);
  faults.push(...selected.faults);
  if (faults.length > 0) return { kind: 'faults', faults };
  const around: Surroundings = {
    assets,
    lists: wire.lists,
    unit: settings.options['unit'] ?? null,
    used: new Map(),
    ignored: new Set((settings.options['ignore'] ?? '').split(',').map((key) => key.trim())),
  };
  const remarks: ImportRemark[] = [...selected.remarks];
  const made = selected.inForce.map((policy) => rulesOf(policy, { around, settings, remarks, faults }));
  if (faults.length > 0) return { kind: 'faults', faults };
  const rules = made.toSorted(byPriority).flatMap((entry) => entry.rules);
  const draft = {
    lists: Object.fromEntries(around.used),
    assets: Object.fromEntries(
      [...assets.values()]
        .flat()
        .map(({ name, network, reference, decimals }) => [name, { network, reference, decimals }]),
    ),
    sets: [
      {
        name: platform,
        ...(settings.connection === null ? {} : { connections: [settings.connection] }),
        match: 'first-match' as const,
        order: 'low-first' as const,
        otherwise: 'abstain' as const,
        rules,
      },
    ],
  };
  return { kind: 'draft', draft, remarks };
}

function optionFaults(given: ImportSettings['options']): ImportFault[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(options, name));
  const faults = unknown.map((name) => ({
    path: `options.${name}`,
    words: 'is not an option of this import',
    remedy: `Known here: ${Object.keys(options).join(', ')}.`,
  }));
  const { nonStrict = 'continue' } = given;
  if (nonStrict === 'continue' || nonStrict === 'stop') return faults;
  return [
    ...faults,
    { path: 'options.nonStrict', words: 'must be continue or stop', remedy: 'Write `continue` or `stop`.' },
  ];
}

type Made = { readonly priority: number; readonly allows: boolean; readonly rules: readonly DraftRule[] };

/** Nobody says who comes first of two with one priority: whatever does not allow. */
function byPriority(a: Made, b: Made): number {
  return a.priority - b.priority || Number(a.allows) - Number(b.allows);
}

type Making = {
  readonly around: Surroundings;
  readonly settings: ImportSettings;
  readonly remarks: ImportRemark[];
  readonly faults: ImportFault[];
};

const stays = 'It is unknown, and abstains.';

function rulesOf(found: PolicyInForce, { around, settings, remarks, faults }: Making): Made {
  const { policy, id, version } = found;
  const note =
    (place: string) =>
    (words: string, instead = stays) => {
      remarks.push({ place: `${id} ${place}`.trim(), words, instead });
    };
  const refuseAt = (at: number) => (words: string, remedy: string) => {
    faults.push({ path: `${found.path}.conditions[${at}].value`.replace(/^\./, ''), words, remedy });
  };
  const effects = policy.actions.flatMap((action, at) => effectOf(action, note(`actions[${at}]`), around.ignored));
  const objects = effects.some((effect) => effect !== 'allow' && !isNotice(effect));
  const allows = !objects && effects.includes('allow');
  const conditions = policy.conditions.map((condition, at) =>
    conditionOf(condition, { ...around, objects: !allows, note: note(`conditions[${at}]`), refuse: refuseAt(at) }),
  );
  const enforcement = enforcementOf(policy.enforcementMode);
  const when = [
    ...typeConditions(policy.type, note('type')),
    ...joined(policy.conditionLogic ?? 'ALL', conditions, note('conditionLogic')),
    ...doubts(found, { ignored: around.ignored, note, isUnknownMode: enforcement === null }),
  ];
  const rule: DraftRule = {
    id: draftRuleId(platform, id),
    title: draftName(policy.name, 150),
    stage: allows && enforcement !== 'advisory' && enforcement !== 'log-only' ? settings.stage : 'live',
    ...(enforcement === null || enforcement === 'strict' ? {} : { enforcement }),
    priority: policy.priority,
    when,
    effect: effects,
    source: { platform, id: draftName(id, 150), version: String(version) },
  };
  const stops = rule.enforcement !== undefined && settings.options['nonStrict'] === 'stop';
  return { priority: policy.priority, allows: allows && !stops, rules: stops ? [stopRule(rule), rule] : [rule] };
}

/** Strict, so that it ends the search, and silent about the rest: the policy itself is only shown. */
function stopRule({ enforcement, ...rule }: DraftRule): DraftRule {
  const why = `a policy that is only ${enforcement === 'advisory' ? 'advice' : 'logged'} ends the search`;
  return { ...rule, id: `${rule.id}-stop`, stage: 'live', effect: { abstain: why } };
}

function enforcementOf(mode: string | null): Enforcement | null {
  const modes = { STRICT: 'strict', ADVISORY: 'advisory', LOG_ONLY: 'log-only', AUDIT_ONLY: 'log-only' } as const;
  return Object.entries(modes).find(([name]) => name === (mode ?? 'STRICT'))?.[1] ?? null;
}

/** The kinds of activity that a type is about; types that share a kind are told apart by the platform's own word. */
const activities: Readonly<Record<string, { readonly kind: string; readonly alone?: true }>> = {
  TRANSFER: { kind: 'transfer', alone: true },
  RAW_SIGNING: { kind: 'raw-signature', alone: true },
  TYPED_MESSAGE: { kind: 'typed-data', alone: true },
  CONTRACT_WRITE: { kind: 'contract-call' },
  CONTRACT_READ: { kind: 'contract-call' },
  CONTRACT_DEPLOY: { kind: 'contract-call' },
  CONTRACT_CALL: { kind: 'contract-call' },
  MINT: { kind: 'contract-call' },
  BURN: { kind: 'contract-call' },
};

function typeConditions(type: string, note: Note): readonly DraftCondition[] {
  const activity = Object.hasOwn(activities, type) ? activities[type] : undefined;
  if (activity === undefined) return [doubt(`the type "${type}" is not known here`, note)];
  const kind: DraftCondition = { kind: 'activity', in: [activity.kind] };
  if (activity.alone === true) return [kind];
  const own: DraftCondition = { kind: 'transaction-type', in: [type] };
  if (type !== 'CONTRACT_CALL') return [kind, own];
  const words = 'nobody says whether the older type CONTRACT_CALL covers CONTRACT_READ and CONTRACT_WRITE';
  const successors: DraftCondition = { kind: 'transaction-type', in: ['CONTRACT_READ', 'CONTRACT_WRITE'] };
  return [kind, { any: [own, { all: [successors, doubt(words, note)] }] }];
}

function joined(logic: string, conditions: readonly DraftCondition[], note: Note): readonly DraftCondition[] {
  if (logic === 'ALL' || (logic === 'ANY' && conditions.length === 1)) return conditions;
  if (logic === 'ANY') return [{ any: conditions }];
  return [doubt(`the condition logic "${logic}" is not known here`, note)];
}

/** What leaves open whether the policy decides at all. */
function doubts(
  { policy, doubt: inDoubt }: PolicyInForce,
  around: { ignored: ReadonlySet<string>; note: (place: string) => Note; isUnknownMode: boolean },
): readonly DraftCondition[] {
  const keys = unknownKeys('policy', policy).filter((key) => !around.ignored.has(key));
  return [
    ...(inDoubt === null ? [] : [unsupported(inDoubt)]),
    ...keys.map((key) => doubt(`the key "${key}" is not known here`, around.note(''), ignoreForm(key))),
    ...(around.isUnknownMode
      ? [
          doubt(
            `the enforcement mode "${policy.enforcementMode ?? ''}" is not known here`,
            around.note('enforcementMode'),
          ),
        ]
      : []),
  ];
}

function doubt(words: string, note: Note, instead?: string): DraftCondition {
  note(words, instead);
  return unsupported(words);
}

function unsupported(what: string): DraftCondition {
  return { kind: 'unsupported', what: what.slice(0, 300) };
}
