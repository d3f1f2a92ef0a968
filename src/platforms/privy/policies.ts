// Privy's policies as a drafted rulebook: a rule that denies objects, one that allows allows, and nothing matched is denied.
// https://docs.privy.io/controls/policies/overview
import { networkNamed } from '../../chains/networks.ts';
import type {
  DraftCondition,
  DraftRule,
  DraftSet,
  ImportReading,
  ImportSettings,
  PolicyLanguage,
} from '../../domain/rulebook-draft.ts';
import { draftId, draftLine, draftSlug } from '../../domain/draft-text.ts';
import { referenceCondition } from './policies-aggregations.ts';
import {
  looksLikePrivy,
  readPrivyDocument,
  type Condition,
  type PlacedPolicy,
  type PolicyRule,
} from './policies-document.ts';
import {
  calldataCondition,
  domainCondition,
  messageCondition,
  transactionCondition,
  unknownField,
} from './policies-evm.ts';
import {
  bodyCondition,
  fieldCondition,
  isFieldSource,
  signedMessageCondition,
  systemCondition,
  tronCalldataCondition,
} from './policies-fields.ts';
import { chainConditions, methodConditions, type RuleOf } from './policies-methods.ts';
import { unsupportedCondition, type Gathering, type Where } from './policies-values.ts';

const networkOption = 'aggregation-network';

export const privyLanguage: PolicyLanguage = {
  platform: 'privy',
  recognises: looksLikePrivy,
  options: { [networkOption]: 'the one network that aggregations without a chain id are about, e.g. Base' },
  importPolicies,
};

type Translate = (given: Condition, where: Where, gathering: Gathering) => DraftCondition;

const sources: Readonly<Record<string, Translate>> = {
  ethereum_transaction: transactionCondition,
  ethereum_calldata: calldataCondition,
  ethereum_typed_data_domain: domainCondition,
  ethereum_typed_data_message: messageCondition,
  tron_trigger_smart_contract_data: tronCalldataCondition,
  action_request_body: bodyCondition,
  system: systemCondition,
  reference: referenceCondition,
  message: signedMessageCondition,
};

const policyKeys = ['id', 'chain_type', 'created_at', 'updated_at', 'name', 'owner_id', 'owner', 'version', 'rules'];
const ruleKeys = ['id', 'name', 'method', 'action', 'conditions'];
const conditionKeys = ['field_source', 'field', 'operator', 'value', 'abi', 'typed_data'];

function importPolicies(text: string, settings: ImportSettings): ImportReading {
  const option = settings.options[networkOption] ?? null;
  if (option !== null && networkNamed(option)?.family !== 'evm') {
    const words = `"${option.slice(0, 60)}" is not an EVM network that is known here`;
    return { kind: 'faults', faults: [{ path: `options.${networkOption}`, words, remedy: 'Write e.g. Base.' }] };
  }
  const reading = readPrivyDocument(text);
  if (reading.kind === 'faults') return reading;
  const { document } = reading;
  const gathering: Gathering = { document, lists: {}, assets: {}, remarks: [], faults: [], aggregationNetwork: option };
  remarkAround(gathering);
  const taken = new Set<string>();
  const chains = new Set(document.policies.map(({ policy }) => policy.chain_type));
  const sets = document.policies.map((placed) =>
    setOf(placed, { settings, taken, isMixed: chains.size > 1 }, gathering),
  );
  const { faults, lists, assets, remarks } = gathering;
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'draft', draft: { lists, assets, sets }, remarks };
}

function remarkAround({ document, remarks }: Gathering): void {
  for (const key of document.unknownKeys) {
    remarks.push({ place: key, words: 'is not a key that is known here', instead: 'nothing: it was not looked at' });
  }
  if (document.policies.length < 2) return;
  const words = `which wallets carry which of the ${document.policies.length} policies is not in the document`;
  remarks.push({
    place: 'policies',
    words,
    instead: 'what one type of chain asks must be allowed by every policy for it',
  });
}

type Around = { readonly settings: ImportSettings; readonly taken: Set<string>; readonly isMixed: boolean };

/** A policy of another type of chain has nothing to say about it; one of the same type that is silent denies it. */
function setOf({ path, policy }: PlacedPolicy, around: Around, gathering: Gathering): DraftSet {
  const { settings, taken, isMixed } = around;
  const name = unique(draftId(policy.id ?? '') ?? draftSlug(policy.name) ?? 'policy', 40, taken);
  const unknown = unknownKeysOf(policy, policyKeys);
  for (const key of unknown) {
    const place = `${policy.id ?? policy.name} ${key}`;
    gathering.remarks.push({
      place,
      words: 'is not a key that is known here',
      instead: 'rules that allow stay unknown',
    });
  }
  const rules = policy.rules.map((rule, at) => {
    const where = {
      place: `${policy.id ?? policy.name} rules[${at}]`,
      path: `${path}.rules[${at}]`.replace(/^\./, ''),
      allows: rule.action === 'ALLOW',
    };
    const id = unique(draftId(rule.id ?? '') ?? `${name}-${at + 1}`, 60, taken);
    return ruleOf({ rule, policy, id, stage: settings.stage, unknown, isMixed, where }, gathering);
  });
  return {
    name,
    ...(settings.connection === null ? {} : { connections: [settings.connection] }),
    match: 'deny-overrides',
    otherwise: isMixed ? 'pass-on' : 'abstain',
    rules,
  };
}

type Given = RuleOf & {
  readonly id: string;
  readonly stage: string;
  /** Keys of the policy that are not known here: they may change what it means. */
  readonly unknown: readonly string[];
};

function ruleOf(given: Given, gathering: Gathering): DraftRule {
  const { rule, policy, id, stage, unknown, where } = given;
  const allows = rule.action === 'ALLOW';
  const when = [
    ...methodConditions(given, gathering),
    ...chainConditions(given, gathering),
    ...rule.conditions.map((condition, at) => conditionOf(condition, at, where, gathering)),
    ...suiConditions(rule),
    ...unknownKeysOf(rule, ruleKeys).map((key) =>
      unsupportedCondition(`the key "${key.slice(0, 60)}"`, where, gathering),
    ),
    ...(allows
      ? unknown.map((key): DraftCondition => ({
          kind: 'unsupported',
          what: `the key "${key.slice(0, 60)}" of the policy`,
        }))
      : []),
  ];
  if (!allows && rule.action !== 'DENY') {
    const words = `the action "${rule.action.slice(0, 40)}" is not known here`;
    gathering.remarks.push({ place: where.place, words, instead: 'the rule leaves to people what it is about' });
  }
  const source = draftLine(`${policy.id ?? policy.name}/${rule.id ?? rule.name}`, 150);
  return {
    id,
    title: draftLine(rule.name, 150) ?? id,
    stage: allows ? stage : 'live',
    when: when.length === 0 ? [{ kind: 'always' }] : when,
    effect: allows ? 'allow' : { abstain: 'a policy on Privy denies it' },
    ...(source === null ? {} : { source: { platform: 'privy', id: source, version: policy.version } }),
  };
}

function conditionOf(given: Condition, at: number, around: Where, gathering: Gathering): DraftCondition {
  const where = { ...around, place: `${around.place}.conditions[${at}]`, path: `${around.path}.conditions[${at}]` };
  const [unknown] = unknownKeysOf(given, conditionKeys);
  if (unknown !== undefined) return unsupportedCondition(`the key "${unknown.slice(0, 60)}"`, where, gathering);
  const { field_source: source, field } = given;
  if (field === '' || field.length > 150) return unknownField(given, where, gathering);
  const translate = Object.hasOwn(sources, source)
    ? sources[source]
    : isFieldSource(source)
      ? fieldCondition
      : undefined;
  if (translate === undefined)
    return unsupportedCondition(`the field source "${source.slice(0, 60)}"`, where, gathering);
  return translate(given, where, gathering);
}

/**
 * What TransferObjects may do says nothing of other commands beside it, and those that Privy does not look into are not
 * supported there: https://docs.privy.io/wallets/using-wallets/other-chains
 */
function suiConditions({ action, conditions }: PolicyRule): readonly DraftCondition[] {
  const isAsked = conditions.some((given) => given.field_source === 'sui_transfer_objects_command');
  if (action !== 'ALLOW' || !isAsked) return [];
  const known = ['TransferObjects', 'SplitCoins', 'MergeCoins'];
  return [{ kind: 'field', name: 'sui_transaction_command.commandName', in: known }];
}

function unknownKeysOf(value: object, known: readonly string[]): readonly string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}

function unique(wanted: string, longest: number, taken: Set<string>): string {
  const base = wanted.slice(0, longest - 4);
  let id = base;
  for (let more = 2; taken.has(id.toLowerCase()); more += 1) id = `${base}-${more}`;
  taken.add(id.toLowerCase());
  return id;
}
