// EVM payloads in words and structure: what a call or a raw transaction does, decoded by us.
import { decodeEvmCall, decodeEvmTransaction, type DecodedCall } from '../../chains/decode.ts';
import { networkNamed, type Network } from '../../chains/networks.ts';
import type { Activity, ActivityRequest } from '../../domain/activity.ts';
import type { ExactJson } from '../../domain/json.ts';
import { smallCount, type Fact } from './activity.ts';
import { type ExactRecord } from './document.ts';

/** What decoding adds to an activity. */
export type Payload = Pick<Activity, 'destinations' | 'asset' | 'amountBase' | 'decoded' | 'unread' | 'facts'> & {
  /** The call by itself, whatever it does; null when it can't be read. */
  readonly call: ActivityRequest['call'];
};

export function undecodable(reason: string): Payload {
  return {
    destinations: [],
    asset: null,
    amountBase: null,
    decoded: { kind: 'undecodable', reason },
    unread: [reason],
    facts: [],
    call: null,
  };
}

/** Fields of a transaction that set its cost or its place, not what it does. */
const harmless = ['nonce', 'gas', 'gasLimit', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'type', 'from'];
const readFields: ReadonlySet<string> = new Set(['to', 'value', 'data', 'chainId', 'kind', 'externalId', ...harmless]);

/** `{ to, value, data }` as the request writes it. */
export function readEvmCall(call: ExactRecord, networkName: string | null): Payload {
  const network = evmNetwork(networkName);
  if (typeof network === 'string') return undecodable(network);
  const strange = Object.keys(call).find((key) => !readFields.has(key));
  if (strange !== undefined) return undecodable(`the transaction has a field "${strange}", which is not known`);
  const texts = { to: textOrAbsent(call['to']), value: textOrAbsent(call['value']), data: textOrAbsent(call['data']) };
  const { to, value, data } = texts;
  if (to === undefined || value === undefined || data === undefined) {
    return undecodable('the recipient, value or data of the transaction is not a text');
  }
  const chain = wrongChain(call['chainId'], network);
  if (chain !== null) return undecodable(chain);
  const decoded = decodeEvmCall({ to, value, data });
  if (decoded.kind === 'undecodable') return undecodable(decoded.reason);
  const chainId = String(network.chainId);
  const whole = { chainId, to: to?.toLowerCase() ?? null, valueBase: BigInt(value ?? '0').toString() };
  return { ...describe(decoded, network), call: { ...whole, data: data?.toLowerCase() ?? '0x' } };
}

export function readRawTransaction(hex: string, networkName: string | null): Payload {
  const network = evmNetwork(networkName);
  if (typeof network === 'string') return undecodable(network);
  const decoded = decodeEvmTransaction(hex);
  if (decoded.kind === 'undecodable') return undecodable(decoded.reason);
  if (decoded.chainId === null) return undecodable('the transaction is valid on every EVM chain');
  if (decoded.chainId !== network.chainId) {
    return undecodable(`the transaction is for chain ${decoded.chainId}, not for ${network.name}`);
  }
  const payload = describe(decoded.call, network);
  const { to, valueBase, data } = decoded;
  return {
    ...payload,
    facts: [...payload.facts, { label: 'Nonce', value: String(decoded.nonce) }],
    call: { chainId: String(decoded.chainId), to: to?.toLowerCase() ?? null, valueBase, data },
  };
}

function evmNetwork(name: string | null): Network | string {
  const network = name === null ? null : networkNamed(name);
  if (network === null) return 'its network is not known, so its payload is not decoded';
  return network.family === 'evm' ? network : `payloads of ${network.name} are not decoded`;
}

/** Null when it is left out, undefined when it is no text: a number may have lost digits on its way. */
function textOrAbsent(value: ExactJson | undefined): string | null | undefined {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : undefined;
}

function wrongChain(chainId: ExactJson | undefined, network: Network): string | null {
  if (chainId === undefined || chainId === null) return null;
  const claimed = typeof chainId === 'string' && /^[0-9]{1,15}$/.test(chainId) ? Number(chainId) : smallCount(chainId);
  return claimed === network.chainId ? null : `the transaction names another chain than ${network.name}`;
}

function describe(call: DecodedCall, network: Network): Omit<Payload, 'call'> {
  switch (call.kind) {
    case 'undecodable':
      return undecodable(call.reason);
    case 'native-transfer':
      return transfer(call.to, call.amountBase, {
        standard: 'Native',
        reference: null,
        symbol: network.nativeSymbol,
        decimals: network.nativeDecimals,
        verified: null,
      });
    case 'erc20-transfer':
      return transfer(call.to, call.amountBase, {
        standard: 'Erc20',
        reference: call.contract,
        symbol: null,
        decimals: null,
        verified: null,
      });
    case 'erc20-approve': {
      const limit = call.unlimited ? 'any amount' : `up to ${call.amountBase} base units`;
      return other(call.contract, `lets ${call.spender} spend ${limit} of the token ${call.contract}`, true, []);
    }
    case 'erc20-transfer-from': {
      const words = `moves ${call.amountBase} base units of the token ${call.contract} from ${call.from} to ${call.to}`;
      return other(call.contract, words, true, []);
    }
    case 'call': {
      const name = `calls the function ${call.selector} of ${call.to}`;
      const words = call.danger === null ? name : `${name}: ${call.danger}`;
      const unread = [`the function ${call.selector} is not decoded`];
      return other(call.to, words, call.danger !== null, unread, [
        { label: 'Value sent (wei)', value: call.valueBase },
      ]);
    }
    case 'deploy':
      return {
        ...other(null, 'creates a contract', true, ['what the new contract does is not known']),
        facts: [{ label: 'Value sent (wei)', value: call.valueBase }],
      };
  }
}

function transfer(to: string, amountBase: string, asset: NonNullable<Activity['asset']>): Omit<Payload, 'call'> {
  return {
    destinations: [{ address: to, amountBase }],
    asset,
    amountBase,
    decoded: { kind: 'transfer', asset: asset.reference, to, amountBase },
    unread: [],
    facts: [],
  };
}

function other(
  contract: string | null,
  words: string,
  dangerous: boolean,
  unread: readonly string[],
  facts: readonly Fact[] = [],
): Omit<Payload, 'call'> {
  return {
    destinations: contract === null ? [] : [{ address: contract, amountBase: null }],
    asset: null,
    amountBase: null,
    decoded: { kind: 'other', words, dangerous },
    unread,
    facts,
  };
}
