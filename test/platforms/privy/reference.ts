// A literal reading of Privy's policy language, for comparison: plain, slow, and without a line of the product.
// https://docs.privy.io/controls/policies/overview, and the pages on condition sets, stateful policies and x402 screening.
import { agreed, all, compare, type Type } from './reference-compare.ts';
import type {
  PrivyBundle,
  PrivyCondition,
  PrivyPast,
  PrivyPolicy,
  PrivyRequest,
  PrivyRule,
  Three,
  Verdict,
  World,
} from './reference-form.ts';
import { judgeAggregation, judgeCalldata, judgeMessage, judgeTyped } from './reference-payloads.ts';

/** Wallets and policies are not matched in the documents: every policy for this type of chain has to allow it. */
export function decide(bundle: PrivyBundle, request: PrivyRequest, past: readonly PrivyPast[]): Verdict {
  const policies = bundle.policies.filter((policy) => policy.chain_type === request.chain_type);
  if (policies.length === 0) return 'abstain';
  const allAllow = policies.every((policy) => policyAllows(policy, { bundle, request, past }));
  return allAllow ? 'allow' : 'abstain';
}

/**
 * Any rule that denies wins; otherwise one that allows; otherwise it is denied. On Solana every instruction needs a
 * rule that allows it; one rule for all of them is what can be said without knowing which instruction is which.
 */
function policyAllows(policy: PrivyPolicy, world: World): boolean {
  const heard = policy.rules
    .filter((rule) => rule.method === '*' || rule.method === world.request.method)
    .map((rule) => ({ rule, truth: all(rule.conditions.map((condition) => judge(condition, world))) }));
  if (heard.some(({ rule, truth }) => rule.action === 'DENY' && truth !== 'false')) return false;
  return heard.some(({ rule, truth }) => rule.action === 'ALLOW' && truth === 'true' && mayAllow(rule, world));
}

/** A key never leaves without people; a Sui transaction with commands that Privy does not look into is not supported. */
function mayAllow(rule: PrivyRule, { request }: World): boolean {
  if (request.method === 'exportPrivateKey' || request.method === 'exportSeedPhrase') return false;
  if (!rule.conditions.some((condition) => condition.field_source === 'sui_transfer_objects_command')) return true;
  const commands = request.fields['sui_transaction_command.commandName'] ?? [];
  const known = commands.every((name) => ['TransferObjects', 'SplitCoins', 'MergeCoins'].includes(name));
  return commands.length > 0 && known;
}

function judge(condition: PrivyCondition, world: World): Three {
  const { request } = world;
  const { field_source: source, field } = condition;
  switch (source) {
    case 'ethereum_transaction': {
      const { transaction } = request;
      if (transaction === null) return 'unknown';
      if (field === 'to')
        return transaction.to === null ? 'unknown' : compare('address', transaction.to, condition, world);
      const value = field === 'value' ? transaction.value : transaction.chain_id;
      return value === null ? 'unknown' : compare('number', value, condition, world);
    }
    case 'ethereum_calldata':
      return request.transaction === null ? 'unknown' : judgeCalldata(condition, request.transaction.data, world);
    case 'ethereum_typed_data_domain': {
      if (request.typed_data === null) return 'unknown';
      const name = field === 'chainId' || field === 'chain_id' ? 'chainId' : 'verifyingContract';
      return judgeTyped(request.typed_data.domain[name], name === 'chainId' ? 'uint256' : 'address', condition, world);
    }
    case 'ethereum_typed_data_message':
      return judgeMessage(condition, world);
    case 'system':
      return compare('number', String(request.unix_seconds), condition, world);
    case 'message': {
      if (request.message === null) return 'unknown';
      if (field === 'content') return compare('text', request.message, condition, world);
      return compare('number', String(Buffer.byteLength(request.message, 'utf8')), condition, world);
    }
    case 'reference':
      return judgeAggregation(condition, world);
    case 'action_request_body': {
      const isOrder = ['gt', 'gte', 'lt', 'lte'].includes(condition.operator);
      return judgeField(isOrder ? 'number' : 'exact', condition, world);
    }
    default:
      return source.startsWith('solana_')
        ? judgeInstructions(condition, world)
        : judgeField(typeOf(condition), condition, world);
  }
}

function typeOf({ field_source: source, field }: PrivyCondition): Type {
  if (source === 'tempo_transaction' && field === 'fee_token') return 'address';
  if (source === 'ethereum_7702_authorization') return 'address';
  const isAmount = /(amount|lamports|value|drops|Tag|nonce_key|valid_before|valid_after|Expiration)$/.test(field);
  return isAmount ? 'number' : 'base58';
}

/** Several values (commands of one Sui transaction) that disagree: which one is meant, nobody says. */
function judgeField(type: Type, condition: PrivyCondition, world: World): Three {
  const values = world.request.fields[`${condition.field_source}.${condition.field}`] ?? [];
  if (values.length === 0) return 'unknown';
  return agreed(values.map((value) => compare(type, value, condition, world)));
}

/** An instruction without the field is not what the rule is about; that no instruction has it may be a decoder's lack. */
function judgeInstructions(condition: PrivyCondition, world: World): Three {
  const name = `${condition.field_source}.${condition.field}`;
  const { instructions } = world.request;
  if (!instructions.some((fields) => name in fields)) return 'unknown';
  return agreed(
    instructions.map((fields) => {
      const value = fields[name];
      if (value === undefined) return condition.operator === 'neq' ? 'unknown' : 'false';
      return compare(typeOf(condition), value, condition, world);
    }),
  );
}
