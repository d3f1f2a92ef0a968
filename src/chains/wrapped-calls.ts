// Contract functions that run other calls: what they carry, so that a dangerous call cannot hide inside a harmless one.
import type { Hex } from 'viem';
import { decodeFunctionData, parseAbi, slice, toFunctionSelector } from 'viem/utils';

/** `operation`: 1 runs the target's code as the wallet itself (delegatecall), as Safe counts it. */
export type InnerCall = {
  /** Null: the contract that is called calls itself. */
  readonly to: string | null;
  readonly valueBase: string;
  readonly data: Hex;
  readonly isDelegate: boolean;
};

export type Unwrapped =
  | { readonly kind: 'not-wrapped' }
  | { readonly kind: 'wrapped'; readonly calls: readonly InnerCall[] }
  /** Its selector is that of a wrapper, its data is not. */
  | { readonly kind: 'unreadable' };

const abi = parseAbi([
  'function multicall(bytes[] calls)',
  'function multicall(uint256 deadline, bytes[] calls)',
  'function multicall(bytes32 previousBlockhash, bytes[] calls)',
  'function aggregate((address target, bytes data)[] calls)',
  'function tryAggregate(bool requireSuccess, (address target, bytes data)[] calls)',
  'function aggregate3((address target, bool allowFailure, bytes data)[] calls)',
  'function aggregate3Value((address target, bool allowFailure, uint256 value, bytes data)[] calls)',
  'function execute(address target, uint256 value, bytes data)',
  'function executeBatch(address[] targets, bytes[] data)',
  'function executeBatch(address[] targets, uint256[] values, bytes[] data)',
  'function executeBatch((address target, uint256 value, bytes data)[] calls)',
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
  'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
  'function multiSend(bytes transactions)',
  'function upgradeToAndCall(address implementation, bytes data)',
  'function delegatecall(address target, bytes data)',
  'function functionDelegateCall(address target, bytes data)',
]);

const selectors: ReadonlySet<string> = new Set(abi.map((item) => toFunctionSelector(item)));

/** `data` is lower-case hexadecimal. */
export function unwrapCall(data: Hex): Unwrapped {
  if (!selectors.has(data.slice(0, 10))) return { kind: 'not-wrapped' };
  try {
    const calls = readCalls(data);
    return calls === null ? { kind: 'unreadable' } : { kind: 'wrapped', calls };
  } catch {
    // The decoder throws for every data that is not exactly of this function; that is the answer, not a fault.
    return { kind: 'unreadable' };
  }
}

function readCalls(data: Hex): readonly InnerCall[] | null {
  const decoded = decodeFunctionData({ abi, data });
  switch (decoded.functionName) {
    case 'multicall': {
      const calls = decoded.args.length === 1 ? decoded.args[0] : decoded.args[1];
      return calls.map((inner) => call(null, 0n, inner));
    }
    case 'aggregate':
    case 'aggregate3':
      return decoded.args[0].map(({ target, data: inner }) => call(target, 0n, inner));
    case 'tryAggregate':
      return decoded.args[1].map(({ target, data: inner }) => call(target, 0n, inner));
    case 'aggregate3Value':
      return decoded.args[0].map(({ target, value, data: inner }) => call(target, value, inner));
    case 'execute':
      return [call(...decoded.args)];
    case 'executeBatch':
      return readBatch(decoded.args);
    case 'execTransaction':
    case 'execTransactionFromModule': {
      const [to, value, inner, operation] = decoded.args;
      return [call(to, value, inner, operation !== 0)];
    }
    case 'multiSend':
      return readMultiSend(decoded.args[0]);
    // What the new code does with the contract's own storage.
    case 'upgradeToAndCall':
    case 'delegatecall':
    case 'functionDelegateCall':
      return [call(decoded.args[0], 0n, decoded.args[1], true)];
  }
}

type BatchArguments =
  | readonly [readonly { readonly target: string; readonly value: bigint; readonly data: Hex }[]]
  | readonly [readonly string[], readonly Hex[]]
  | readonly [readonly string[], readonly bigint[], readonly Hex[]];

function readBatch(args: BatchArguments): readonly InnerCall[] | null {
  if (args.length === 1) return args[0].map(({ target, value, data }) => call(target, value, data));
  const [targets] = args;
  const data = args.length === 2 ? args[1] : args[2];
  const values = args.length === 2 || args[1].length === 0 ? targets.map(() => 0n) : args[1];
  if (targets.length !== data.length || targets.length !== values.length) return null;
  return targets.map((target, index) => call(target, values[index] ?? 0n, data[index] ?? '0x'));
}

const headBytes = 1 + 20 + 32 + 32;

/** Packed without padding: operation, target, value, length, data. https://docs.safe.global */
function readMultiSend(transactions: Hex): readonly InnerCall[] | null {
  const found: InnerCall[] = [];
  const total = (transactions.length - 2) / 2;
  for (let at = 0; at < total;) {
    if (at + headBytes > total) return null;
    const part = (from: number, bytes: number): Hex => slice(transactions, at + from, at + from + bytes);
    const length = BigInt(part(53, 32));
    if (length > BigInt(total - at - headBytes)) return null;
    const inner = length === 0n ? '0x' : part(headBytes, Number(length));
    found.push(call(part(1, 20), BigInt(part(21, 32)), inner, part(0, 1) !== '0x00'));
    at += headBytes + Number(length);
  }
  return found;
}

function call(to: string | null, value: bigint, data: Hex, isDelegate = false): InnerCall {
  return { to: to?.toLowerCase() ?? null, valueBase: value.toString(), data, isDelegate };
}
