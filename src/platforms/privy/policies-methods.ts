// What a rule of Privy's is about: the method that is called, and the type of chain that its policy is for.
import { NETWORKS, type NetworkFamily } from '../../chains/networks.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { Condition, Policy, PolicyRule } from './policies-document.ts';
import { unsupportedCondition, type Gathering, type Where } from './policies-values.ts';

export type RuleOf = {
  readonly rule: PolicyRule;
  readonly policy: Policy;
  /** The document has policies for several types of chain. */
  readonly isMixed: boolean;
  readonly where: Where;
};

/** By method: the type of chain that it exists on, null for several. A method that is not here is not known. */
const methods: Readonly<Record<string, string | null>> = {
  eth_sendTransaction: 'ethereum',
  eth_signTransaction: 'ethereum',
  eth_signUserOperation: 'ethereum',
  eth_signTypedData_v4: 'ethereum',
  personal_sign: 'ethereum',
  eth_sign7702Authorization: 'ethereum',
  wallet_sendCalls: 'ethereum',
  signTransaction: 'solana',
  signAndSendTransaction: 'solana',
  signMessage: 'solana',
  tron_sendTransaction: 'tron',
  tron_signTransaction: 'tron',
  xrpl_signTransaction: 'xrpl',
  exportPrivateKey: null,
  exportSeedPhrase: null,
  signTransactionBytes: null,
  signRawMessageBytes: null,
  earn_deposit: null,
  earn_withdraw: null,
  transfer: null,
  '*': null,
};

const exports = ['exportPrivateKey', 'exportSeedPhrase'];

/** What a wallet can be asked to do; who controls whom is no wallet action, and no rule of Privy's speaks for it. */
const walletActivities = [
  'transfer',
  'contract-call',
  'raw-transaction',
  'swap',
  'raw-signature',
  'message-signature',
  'typed-data',
];

const families: Readonly<Record<string, NetworkFamily>> = {
  ethereum: 'evm',
  solana: 'solana',
  tron: 'tron',
  xrpl: 'xrpl',
  stellar: 'stellar',
};

export function methodConditions({ rule, where }: RuleOf, gathering: Gathering): readonly DraftCondition[] {
  const { method, action } = rule;
  const allows = action === 'ALLOW';
  if (method === '*') {
    if (!allows) return [];
    return [{ not: { kind: 'method', in: [...exports] } }, { kind: 'activity', in: [...walletActivities] }];
  }
  const named: readonly DraftCondition[] = method === '' ? [] : [{ kind: 'method', in: [method] }];
  if (!Object.hasOwn(methods, method)) {
    if (allows) return [...named, unsupportedCondition(`the method "${method.slice(0, 60)}"`, where, gathering)];
    const words = `the method "${method.slice(0, 60)}" is not known here`;
    gathering.remarks.push({ place: where.place, words, instead: 'it is compared as it is written' });
  }
  if (!allows || !exports.includes(method)) return named;
  return [...named, unsupportedCondition('whether a key may leave Privy', where, gathering)];
}

/**
 * A policy is about wallets of one type of chain; where neither the method nor a field says so, the network has to. What
 * denies may as well deny on every chain, unless the document has policies for several.
 */
export function chainConditions(
  { rule, policy, isMixed, where }: RuleOf,
  gathering: Gathering,
): readonly DraftCondition[] {
  const chain = policy.chain_type;
  const implied = Object.hasOwn(methods, rule.method) ? methods[rule.method] : null;
  if (implied === chain || (rule.action !== 'ALLOW' && !isMixed)) return [];
  const family = Object.hasOwn(families, chain) ? families[chain] : undefined;
  // A field of that chain is unknown on every other, and where there are no others that is enough.
  const hasField = rule.conditions.some((given) => chainOf(given) === chain);
  if (hasField && (family === undefined || !isMixed)) return [];
  if (family === undefined) {
    return [unsupportedCondition(`whether the wallet's chain is "${chain.slice(0, 40)}"`, where, gathering)];
  }
  const name = `networks-${chain}`;
  gathering.lists[name] = NETWORKS.filter((network) => network.family === family).map((network) => network.name);
  return [{ kind: 'network', in: `$${name}` }];
}

/** `ethereum_transaction` → `ethereum`; a Tempo transaction is one of an Ethereum wallet. */
function chainOf({ field_source: source }: Condition): string {
  const chain = source.split('_')[0] ?? '';
  return chain === 'tempo' ? 'ethereum' : chain;
}
