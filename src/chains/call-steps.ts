// Call data step by step, calls inside calls included: what each does in words, what is dangerous, who is named in it.
import type { Hex } from 'viem';
import { decodeEvmCall, type DecodedCall } from './decode.ts';
import { unwrapCall } from './wrapped-calls.ts';

/** As an activity keeps it; `data` is lower-case hexadecimal. */
export type Call = { readonly to: string | null; readonly valueBase: string; readonly data: string };

export type CallReading = {
  /** In the order in which they run, the outermost first. */
  readonly steps: readonly { readonly depth: number; readonly words: string; readonly danger: string | null }[];
  /** Everything in it that has the form of an address, in lower case, without repetition. */
  readonly addresses: readonly string[];
  /** Why part of it was not looked at. */
  readonly unread: readonly string[];
};

/** Nobody nests deeper in earnest; each level and each call costs, and the data comes from outside. */
const deepest = 4;
const mostSteps = 100;
const mostAddresses = 1000;

type Walk = {
  readonly steps: { depth: number; words: string; danger: string | null }[];
  readonly addresses: Set<string>;
  readonly unread: Set<string>;
};

export function readCallSteps(call: Call): CallReading {
  const walk: Walk = { steps: [], addresses: new Set(), unread: new Set() };
  visit(walk, call, { depth: 0, isDelegate: false });
  collectAddresses(walk, call.data);
  return { steps: walk.steps, addresses: [...walk.addresses], unread: [...walk.unread] };
}

function visit(walk: Walk, call: Call, at: { depth: number; isDelegate: boolean }): void {
  if (walk.steps.length >= mostSteps) {
    walk.unread.add(`it holds more than ${mostSteps} calls`);
    return;
  }
  const decoded = decodeEvmCall({ to: call.to, value: call.valueBase, data: call.data });
  const { words, danger } = describe(decoded);
  const delegated = `runs the code of ${call.to ?? 'another contract'} as its own (delegatecall)`;
  walk.steps.push({
    depth: at.depth,
    words,
    danger: at.isDelegate ? [delegated, danger].filter((text) => text !== null).join('; ') : danger,
  });
  for (const address of addressesIn(decoded)) addAddress(walk, address);
  if (decoded.kind === 'undecodable') walk.unread.add(decoded.reason);
  if (decoded.kind !== 'call') return;

  const inner = unwrapCall(hexOf(call.data));
  if (inner.kind === 'not-wrapped') return;
  if (inner.kind === 'unreadable') {
    walk.unread.add(`the calls inside ${decoded.selector} cannot be decoded`);
  } else if (at.depth + 1 >= deepest) {
    walk.unread.add(`its calls are nested more than ${deepest} deep`);
  } else {
    for (const { to, valueBase, data, isDelegate } of inner.calls) {
      visit(walk, { to: to ?? decoded.to, valueBase, data }, { depth: at.depth + 1, isDelegate });
    }
  }
}

type Said = { readonly words: string; readonly danger: string | null };

function describe(call: DecodedCall): Said {
  switch (call.kind) {
    case 'native-transfer':
      return { words: `sends ${call.amountBase} base units of the coin to ${call.to}`, danger: null };
    case 'erc20-transfer':
      return {
        words: `sends ${call.amountBase} base units of the token ${call.contract} to ${call.to}`,
        danger: null,
      };
    case 'erc20-approve':
      return describeApprove(call);
    case 'erc20-transfer-from': {
      const words = `moves ${call.amountBase} base units of the token ${call.contract} from ${call.from} to ${call.to}`;
      return { words, danger: words };
    }
    case 'call': {
      const name = call.selector === '0x' ? 'no function' : `the function ${call.selector}`;
      return { words: `calls ${name} of ${call.to}`, danger: call.danger };
    }
    case 'deploy':
      return { words: 'creates a contract', danger: 'creates a contract of which nobody knows what it does' };
    case 'undecodable':
      return { words: call.reason, danger: null };
  }
}

function describeApprove(call: Extract<DecodedCall, { kind: 'erc20-approve' }>): Said {
  if (call.amountBase === '0') {
    return { words: `takes from ${call.spender} the right to spend the token ${call.contract}`, danger: null };
  }
  const limit = call.unlimited ? 'any amount' : `up to ${call.amountBase} base units`;
  const words = `lets ${call.spender} spend ${limit} of the token ${call.contract}`;
  return { words, danger: call.unlimited ? `unlimited approval: ${words}` : words };
}

function addressesIn(call: DecodedCall): readonly string[] {
  switch (call.kind) {
    case 'native-transfer':
    case 'call':
      return [call.to];
    case 'erc20-transfer':
      return [call.contract, call.to];
    case 'erc20-approve':
      return [call.contract, call.spender];
    case 'erc20-transfer-from':
      return [call.contract, call.from, call.to];
    case 'deploy':
    case 'undecodable':
      return [];
  }
}

/**
 * Any 20 bytes after 12 zero bytes may be an address: functions that nobody here knows have addresses in them too.
 * Arguments begin at steps of four bytes, also those of calls inside. A number can look like an address; comparing it
 * with a list does no harm.
 */
function collectAddresses(walk: Walk, data: string): void {
  for (const match of data.matchAll(/(?=0{24}([0-9a-f]{40}))/g)) {
    const digits = match[1] ?? '';
    const isArgument = (match.index - 2) % 8 === 0;
    // Otherwise it is a small number: no address that anybody has begins with eight zero bytes.
    if (isArgument && !digits.startsWith('0000000000000000')) addAddress(walk, `0x${digits}`);
  }
}

function addAddress(walk: Walk, address: string): void {
  if (walk.addresses.size < mostAddresses) walk.addresses.add(address);
  else walk.unread.add(`it names more than ${mostAddresses} addresses`);
}

function hexOf(text: string): Hex {
  return `0x${text.slice(2)}`;
}
