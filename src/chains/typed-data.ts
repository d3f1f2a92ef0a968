// What signing EIP-712 typed data gives away, in words: many signatures move money as surely as a transaction does.
import { readCallSteps } from './call-steps.ts';

export type TypedDataReading =
  | {
      readonly kind: 'read';
      readonly primaryType: string;
      readonly dangers: readonly string[];
      /** Every address in it, in lower case, without repetition. */
      readonly addresses: readonly string[];
      readonly unread: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** By primary type. https://eips.ethereum.org/EIPS/eip-2612, Permit2, https://eips.ethereum.org/EIPS/eip-3009, Seaport */
const wordsByType: Readonly<Record<string, string>> = {
  Permit: 'lets another account spend a token, by signature',
  PermitSingle: 'lets another account spend a token through Permit2',
  PermitBatch: 'lets another account spend several tokens through Permit2',
  PermitTransferFrom: 'lets another account take a token through Permit2',
  PermitBatchTransferFrom: 'lets another account take several tokens through Permit2',
  PermitWitnessTransferFrom: 'lets another account take a token through Permit2',
  PermitBatchWitnessTransferFrom: 'lets another account take several tokens through Permit2',
  PermitForAll: 'lets another account move every NFT of a collection',
  TransferWithAuthorization: 'moves tokens by signature',
  ReceiveWithAuthorization: 'lets another account take tokens by signature',
  OrderComponents: 'offers what it holds for sale',
  Order: 'offers what it holds for sale',
  Delegation: 'hands its power to another account',
  SafeTx: 'signs a transaction of a Safe',
  ForwardRequest: 'lets another account send a transaction in its name',
  MetaTransaction: 'lets another account send a transaction in its name',
};

const longestText = 256 * 1024;
const mostAddresses = 500;

export function readTypedData(text: string): TypedDataReading {
  if (text.length > longestText) return { kind: 'unreadable', reason: 'the typed data is too long to be read' };
  const document = parsed(text);
  const primaryType = at(document, 'primaryType');
  if (typeof primaryType !== 'string') return { kind: 'unreadable', reason: 'it is not EIP-712 typed data' };
  const message = at(document, 'message');
  const dangers: string[] = [];
  const words = Object.hasOwn(wordsByType, primaryType) ? wordsByType[primaryType] : undefined;
  if (words !== undefined) dangers.push(withLimit(words, text));
  const inner = primaryType === 'SafeTx' ? readSafe(message) : null;
  if (inner?.isDelegate === true) dangers.unshift('runs foreign code as the Safe itself (delegatecall)');
  dangers.push(...(inner?.dangers ?? []));
  const addresses = new Set([...text.matchAll(/\b0x[0-9a-f]{40}\b/gi)].map(([address]) => address.toLowerCase()));
  for (const address of inner?.addresses ?? []) addresses.add(address);
  const unread = [...(inner?.unread ?? [])];
  if (addresses.size > mostAddresses) unread.push(`it names more than ${mostAddresses} addresses`);
  return { kind: 'read', primaryType, dangers, addresses: [...addresses].slice(0, mostAddresses), unread };
}

/** The largest numbers of 256, 160 and 96 bits are how "no limit" is written, in either base. */
const noLimits = [256n, 160n, 96n].flatMap((bits) => {
  const largest = 2n ** bits - 1n;
  return [largest.toString(), `0x${largest.toString(16)}`];
});

function withLimit(words: string, text: string): string {
  const numbers = new Set(text.toLowerCase().match(/\b(0x[0-9a-f]+|[0-9]+)\b/g));
  return noLimits.some((limit) => numbers.has(limit)) ? `${words}: any amount` : words;
}

function readSafe(message: unknown) {
  const [to, value, data] = [at(message, 'to'), at(message, 'value'), at(message, 'data')];
  const isDelegate = !['0', undefined].includes(numberText(at(message, 'operation')));
  if (typeof to !== 'string' || typeof data !== 'string') {
    return { isDelegate, dangers: [], addresses: [], unread: ['the transaction of the Safe cannot be read'] };
  }
  const call = readCallSteps({ to, valueBase: numberText(value) ?? '0', data: data.toLowerCase() });
  return {
    isDelegate,
    dangers: call.steps.flatMap(({ danger }) => (danger === null ? [] : [danger])),
    addresses: call.addresses,
    unread: call.unread,
  };
}

/** A number as JSON has it or as text; anything else is a text that is no number. */
function numberText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined) return undefined;
  return typeof value === 'number' ? value.toString() : 'unreadable';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: that is the answer.
    return null;
  }
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
