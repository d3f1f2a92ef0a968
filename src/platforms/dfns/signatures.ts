// Signatures: a wallet's key signs something, and whoever holds the result may use it.
import type { Activity } from '../../domain/activity.ts';
import type { ExactJson } from '../../domain/json.ts';
import { LosslessNumber, stringify } from 'lossless-json';
import { blankActivity, otherFacts, walletOf, type Fact, type Translate } from './activity.ts';
import { at, isList, leavesOf, recordAt, textAt, wordsOf, type ExactRecord } from './document.ts';
import { readTransaction } from './transactions.ts';

/** `request`: what rules look at beside what every request has. */
type Reading = Partial<Omit<Activity, 'request'>> &
  Pick<Activity, 'kind' | 'unread' | 'facts'> & { readonly request?: Partial<Activity['request']> };

/** By `requestBody.kind`; a kind that is not here is unknown. */
const readings: Readonly<Record<string, (body: ExactRecord, network: string | null) => Reading>> = {
  Hash: readHash,
  Message: readMessage,
  Eip191: readMessage,
  Bip322: readMessage,
  Cip8: readOpaqueMessage,
  SignerPayload: readOpaqueMessage,
  Eip712: readTypedData,
  Snip12: readTypedData,
  Eip7702: readDelegation,
  Transaction: readSignedTransaction,
  Psbt: readSignedTransaction,
  SignDocDirect: readSignedTransaction,
  DfnsSmartAccountTransaction: readSignedTransaction,
  StellarFeeBumpTransaction: readSignedTransaction,
};

export const translateSignature: Translate = (approval, request, around) => {
  const body = recordAt(request.body, 'requestBody') ?? {};
  const kind = textAt(body, 'kind') ?? '';
  const network =
    textAt(request.body, 'network') ??
    textAt(body, 'network') ??
    textAt(body, 'blockchainKind') ??
    around.keyWallet?.network ??
    null;
  const { keyWallet } = around;
  const behindKey = keyWallet === null ? null : { id: keyWallet.id, name: keyWallet.name };
  const read = Object.hasOwn(readings, kind) ? readings[kind] : undefined;
  const reading = read?.(body, network) ?? {
    kind: 'unknown' as const,
    unread: [`signatures of kind "${kind}" are not known`],
    facts: otherFacts(body, new Set(['kind', 'externalId'])),
  };
  const keyId = textAt(request.body, 'keyId');
  const blank = blankActivity(approval, request);
  return {
    ...blank,
    network,
    // Since 2024 a request names the key; before, the wallet.
    wallet: walletOf(request, around) ?? behindKey,
    ...reading,
    request: { ...blank.request, ...reading.request },
    facts: [...reading.facts, ...(keyId === null ? [] : [{ label: 'Key', value: keyId }])],
  };
};

function readHash(body: ExactRecord): Reading {
  return {
    kind: 'raw-signature',
    blind: true,
    unread: ['a bare hash is signed: nobody can see what it does'],
    facts: [{ label: 'Hash', value: wordsOf(body['hash']) }],
  };
}

/** On some networks the bytes of a message are the bytes of a transaction: only readable text is taken for a message. */
function readMessage(body: ExactRecord): Reading {
  const message = textAt(body, 'message') ?? '';
  const text = readableText(message);
  return {
    kind: 'message-signature',
    blind: text === null,
    unread: text === null ? ['the message is not readable text: it may be a transaction'] : [],
    request: { message: text },
    facts: [
      { label: 'Message', value: message },
      ...(text === null || text === message ? [] : [{ label: 'Message as text', value: text }]),
    ],
  };
}

function readableText(message: string): string | null {
  const isHex = /^0x(?:[0-9a-fA-F]{2})+$/.test(message);
  const text = isHex ? new TextDecoder('utf-8').decode(Buffer.from(message.slice(2), 'hex')) : message;
  // Control and unassigned characters, and what does not decode, are no text for people.
  return text === '' || /[\p{Cc}\p{Cn}\p{Cs}\uFFFD]/u.test(text.replaceAll(/[\n\r\t]/g, '')) ? null : text;
}

function readOpaqueMessage(body: ExactRecord): Reading {
  return {
    kind: 'message-signature',
    blind: true,
    unread: ['what is signed is not decoded'],
    facts: otherFacts(body, new Set(['kind', 'externalId', 'network', 'blockchainKind'])),
  };
}

function readSignedTransaction(body: ExactRecord, network: string | null): Reading {
  const { call, ...payload } = readTransaction(body, network);
  return {
    ...payload,
    kind: 'raw-transaction',
    request: { call },
    unread: [...payload.unread, 'somebody else sends the signed transaction'],
    facts: [...payload.facts, ...otherFacts(body, new Set(['kind', 'externalId', 'network', 'blockchainKind']))],
  };
}

/** EIP-7702 hands the account to a contract's code: https://eips.ethereum.org/EIPS/eip-7702 */
function readDelegation(body: ExactRecord): Reading {
  const words = `lets the code of ${wordsOf(body['address'])} act for this account on chain ${wordsOf(body['chainId'])}`;
  return {
    kind: 'typed-data',
    decoded: { kind: 'other', words, dangerous: true },
    unread: [],
    facts: otherFacts(body, new Set(['kind', 'externalId', 'network', 'blockchainKind'])),
  };
}

function readTypedData(body: ExactRecord): Reading {
  const type = primaryType(body);
  const contract = textAt(body, 'domain', 'verifyingContract');
  const permit = type !== null && type.startsWith('Permit');
  const words = permit
    ? permitWords(body, type, contract)
    : `signs "${type ?? 'unknown'}" for ${contract ?? 'nobody named'}`;
  const message: readonly Fact[] = leavesOf(body['message'] ?? null).map(({ path, value }) => ({
    label: path,
    value: wordsOf(value),
  }));
  return {
    kind: 'typed-data',
    decoded: { kind: 'other', words, dangerous: permit },
    request: { typedData: typedDataText(body, type) },
    unread: [
      ...(type === null ? ['its typed data does not say which type is signed'] : []),
      ...(permit ? [] : ['what a contract does with this signature is not known']),
    ],
    facts: [
      { label: 'Type', value: type ?? 'unknown' },
      { label: 'For', value: wordsOf(at(body, 'domain', 'name')) },
      { label: 'Contract', value: contract ?? 'none' },
      { label: 'Chain', value: wordsOf(at(body, 'domain', 'chainId')) },
      ...message,
    ],
  };
}

/** The JSON that EIP-712 describes, with its numbers as they were written; only Dfns' `Eip712` is that standard. */
function typedDataText(body: ExactRecord, type: string | null): string | null {
  const [types, domain, message] = [recordAt(body, 'types'), recordAt(body, 'domain'), recordAt(body, 'message')];
  if (textAt(body, 'kind') !== 'Eip712' || type === null) return null;
  if (types === null || domain === null || message === null) return null;
  return stringify({ types, primaryType: type, domain, message }) ?? null;
}

/** Permits give an allowance without a transaction: https://eips.ethereum.org/EIPS/eip-2612 */
function permitWords(body: ExactRecord, type: string, contract: string | null): string {
  const spender = wordsOf(at(body, 'message', 'spender'));
  const value = at(body, 'message', 'value');
  if (type !== 'Permit' || value === undefined) return `gives ${spender} an allowance ("${type}")`;
  const amount = isNearlyUnlimited(value) ? 'any amount' : `up to ${wordsOf(value)} base units`;
  return `lets ${spender} spend ${amount} of the token ${contract ?? 'that is not named'}`;
}

function isNearlyUnlimited(value: ExactJson): boolean {
  const text = value instanceof LosslessNumber ? value.value : value;
  if (typeof text !== 'string' || !/^(?:[0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text)) return false;
  return BigInt(text) >= 2n ** 255n;
}

/** Dfns leaves `primaryType` out for EIP-712: it is the one type that no other type refers to. */
function primaryType(body: ExactRecord): string | null {
  const stated = textAt(body, 'primaryType');
  if (stated !== null) return stated;
  const types = recordAt(body, 'types') ?? {};
  const names = Object.keys(types).filter((name) => name !== 'EIP712Domain');
  const used = new Set(
    Object.entries(types).flatMap(([owner, fields]) =>
      (isList(fields) ? fields : []).flatMap((field) => {
        const name = textAt(field, 'type')?.replaceAll(/\[[0-9]*\]/g, '') ?? '';
        return name === owner ? [] : [name];
      }),
    ),
  );
  const [only, ...more] = names.filter((name) => !used.has(name));
  return only === undefined || more.length > 0 ? null : only;
}
