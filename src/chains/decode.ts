// Decodes EVM calls and raw transactions strictly: what is not exactly a plain transfer is never read as one.
import type { Hex, Signature } from 'viem';
import { parseTransaction, serializeTransaction } from 'viem/utils';
import { readAddress } from './addresses.ts';
import { dangerOf } from './danger.ts';
import { networkNamed } from './networks.ts';

/** As a platform sends it: `value` in wei as decimal digits or 0x-hexadecimal; left out or null means "not given". */
export type EvmCall = {
  to?: string | null | undefined;
  value?: string | null | undefined;
  data?: string | null | undefined;
};

/** Addresses are lower-case, amounts decimal digit strings. That the contract is the token somebody thinks it is, is for the caller to know. */
export type DecodedCall =
  | { kind: 'native-transfer'; to: string; amountBase: string }
  | { kind: 'erc20-transfer'; contract: string; to: string; amountBase: string }
  | { kind: 'erc20-approve'; contract: string; spender: string; amountBase: string; unlimited: boolean }
  /** An NFT contract has the same function: then `amountBase` is a token id. The same holds for `erc20-approve`. */
  | { kind: 'erc20-transfer-from'; contract: string; from: string; to: string; amountBase: string }
  | { kind: 'call'; selector: string; to: string; valueBase: string; danger: string | null }
  | { kind: 'deploy'; valueBase: string }
  | Undecodable;

export type DecodedTransaction =
  | {
      kind: 'ok';
      /** Null in a legacy transaction that is valid on every chain (before EIP-155). */
      chainId: number | null;
      nonce: number;
      to: string | null;
      valueBase: string;
      data: string;
      call: DecodedCall;
    }
  | Undecodable;

export type Undecodable = { kind: 'undecodable'; reason: string };

type ParsedTransaction = ReturnType<typeof parseTransaction<Hex>>;

/** Ethereum nodes refuse transactions above 128 KiB: https://github.com/ethereum/go-ethereum/blob/master/core/txpool/legacypool/legacypool.go */
const LARGEST_TRANSACTION_BYTES = 128 * 1024;
const MAX_UINT256 = 2n ** 256n - 1n;

/** The largest value of each type that well-known tokens and Permit2 take for "no limit", and anything near the top. */
const NO_LIMIT: ReadonlySet<bigint> = new Set([2n ** 96n - 1n, 2n ** 128n - 1n, 2n ** 160n - 1n]);
const NEARLY_NO_LIMIT = 2n ** 255n;

/**
 * By selector. The patterns are the whole ABI encoding: fixed length, so no trailing bytes, and clean padding of addresses.
 * https://docs.soliditylang.org/en/latest/abi-spec.html
 */
const TOKEN_CALLS: Record<string, (contract: string, data: string) => DecodedCall | null> = {
  '0xa9059cbb': readTransfer,
  '0x095ea7b3': readApprove,
  '0x23b872dd': readTransferFrom,
};

export function decodeEvmCall(call: EvmCall): DecodedCall {
  const value = readWei(call.value ?? '0');
  if (value === null) return undecodable('the value is not an amount of wei');
  const data = readHex(call.data ?? '0x');
  if (data === null) return undecodable('the call data is not hexadecimal, or too long');
  const valueBase = value.toString();
  if (call.to === undefined || call.to === null) return { kind: 'deploy', valueBase };

  const to = readAddress(networkNamed('Ethereum'), call.to);
  if (to.kind !== 'valid') return undecodable(`the recipient is not an EVM address: ${to.reason}`);
  if (data === '0x') return { kind: 'native-transfer', to: to.canonical, amountBase: valueBase };

  return decodeTokenCall(to.canonical, value, data);
}

/** Unsigned or signed, legacy, EIP-2930 or EIP-1559. Must be the one canonical encoding of what was read from it. */
export function decodeEvmTransaction(rawHex: string): DecodedTransaction {
  const raw = readHex(rawHex);
  if (raw === null || raw === '0x') return undecodable('the transaction is not hexadecimal, or too long');
  const transaction = parsed(raw);
  if (transaction === null) return undecodable('not a legacy, EIP-2930 or EIP-1559 transaction in canonical form');
  if (transaction.nonce === undefined || !isCount(transaction.nonce)) return undecodable('the nonce is not a number');
  if (transaction.chainId !== undefined && !isCount(transaction.chainId))
    return undecodable('the chain id is too large');

  const to = transaction.to ?? null;
  const valueBase = (transaction.value ?? 0n).toString();
  const data = transaction.data ?? '0x';
  const call = decodeEvmCall({ to, value: valueBase, data });
  if (call.kind === 'undecodable') return call;
  return { kind: 'ok', chainId: transaction.chainId ?? null, nonce: transaction.nonce, to, valueBase, data, call };
}

/** No library for partially signed Bitcoin transactions is chosen yet, and one that reads money is not written by hand. */
export function decodePsbt(_psbt: string): Undecodable {
  return undecodable('partially signed Bitcoin transactions are not decoded');
}

function decodeTokenCall(to: string, value: bigint, data: Hex): DecodedCall {
  const selector = data.slice(0, 10);
  const call = { kind: 'call' as const, selector, to, valueBase: value.toString() };
  const shape = TOKEN_CALLS[selector];
  if (shape === undefined) return { ...call, danger: dangerOf(selector) };
  const token = shape(to, data);
  if (token === null) return { ...call, danger: 'looks like a token call, but its data is not exactly one' };
  if (value > 0n) return { ...call, danger: 'looks like a token call, but also sends coins' };
  return token;
}

function readTransfer(contract: string, data: string): DecodedCall | null {
  const [, to, amount] = /^0xa9059cbb0{24}([0-9a-f]{40})([0-9a-f]{64})$/.exec(data) ?? [];
  if (to === undefined || amount === undefined) return null;
  return { kind: 'erc20-transfer', contract, to: `0x${to}`, amountBase: amountOf(amount).toString() };
}

function readApprove(contract: string, data: string): DecodedCall | null {
  const [, spender, word] = /^0x095ea7b30{24}([0-9a-f]{40})([0-9a-f]{64})$/.exec(data) ?? [];
  if (spender === undefined || word === undefined) return null;
  const amount = amountOf(word);
  const unlimited = amount >= NEARLY_NO_LIMIT || NO_LIMIT.has(amount);
  return { kind: 'erc20-approve', contract, spender: `0x${spender}`, amountBase: amount.toString(), unlimited };
}

function readTransferFrom(contract: string, data: string): DecodedCall | null {
  const [, from, to, amount] = /^0x23b872dd0{24}([0-9a-f]{40})0{24}([0-9a-f]{40})([0-9a-f]{64})$/.exec(data) ?? [];
  if (from === undefined || to === undefined || amount === undefined) return null;
  const amountBase = amountOf(amount).toString();
  return { kind: 'erc20-transfer-from', contract, from: `0x${from}`, to: `0x${to}`, amountBase };
}

function amountOf(word: string): bigint {
  return BigInt(`0x${word}`);
}

/** Null unless serialising what was read gives the same bytes, so that nobody can hide a second meaning in the encoding. */
function parsed(raw: Hex): ParsedTransaction | null {
  try {
    const transaction = parseTransaction(raw);
    if (transaction.type === 'eip4844' || transaction.type === 'eip7702') return null;
    return serializeTransaction(transaction, signatureOf(transaction)) === raw ? transaction : null;
  } catch {
    // viem throws for every text that is not a transaction; that is the answer, not a fault.
    return null;
  }
}

function signatureOf({ r, s, v, yParity }: ParsedTransaction): Signature | undefined {
  if (r === undefined || s === undefined || v === undefined) return undefined;
  return yParity === undefined ? { r, s, v } : { r, s, v, yParity };
}

function readWei(value: string): bigint | null {
  if (!/^([0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(value)) return null;
  const wei = BigInt(value);
  return wei <= MAX_UINT256 ? wei : null;
}

/** Lower-case, whole bytes, `0x` first. */
function readHex(text: string): Hex | null {
  if (text.length > 2 + 2 * LARGEST_TRANSACTION_BYTES) return null;
  if (text.length % 2 !== 0 || !/^0x[0-9a-fA-F]*$/.test(text)) return null;
  return `0x${text.slice(2).toLowerCase()}`;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function undecodable(reason: string): Undecodable {
  return { kind: 'undecodable', reason };
}
