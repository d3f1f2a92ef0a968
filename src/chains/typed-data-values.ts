// EIP-712 typed data value by value, by the types that are signed: what the signature does not cover is not read.
// https://eips.ethereum.org/EIPS/eip-712
import { readJson, type ExactJson } from '../domain/json.ts';
import { canonicalType, valueTypeOf } from './abi.ts';
import type { ValueType } from './values.ts';

export type TypedField = { readonly name: string; readonly type: string };

/** By the name of the struct, its fields in order: the order is part of what is signed. */
export type TypedDataTypes = Readonly<Record<string, readonly TypedField[]>>;

export type TypedData = {
  readonly primaryType: string;
  readonly types: TypedDataTypes;
  readonly domain: Readonly<Record<string, ExactJson>>;
  readonly message: Readonly<Record<string, ExactJson>>;
};

export type TypedValue =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** `other-domain`: they differ in nothing but whether and how the domain is declared. */
export type TypesMatch = 'same' | 'other-domain' | 'different';

const domainType = 'EIP712Domain';
/** Not the one name that a record of JavaScript treats as something else. */
const structName = /^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$:]{0,99}$/;
const fieldName = /^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]{0,99}$/;
const longestText = 256 * 1024;
/** Nobody nests deeper in earnest, and the data comes from outside. */
const deepest = 8;

export const domainFields: Readonly<Record<string, ValueType>> = {
  name: 'text',
  version: 'text',
  chainId: 'number',
  verifyingContract: 'evm-address',
  salt: 'hex',
};

/** Null when it is not typed data in the form that wallets sign. */
export function parseTypedData(text: string): TypedData | null {
  if (text.length > longestText) return null;
  const reading = readJson(text);
  const document = reading.kind === 'ok' ? recordOf(reading.value) : null;
  if (document === null) return null;
  const types = readTypes(document['types']);
  const [domain, message] = [recordOf(document['domain']), recordOf(document['message'])];
  const { primaryType } = document;
  if (types === null || domain === null || message === null || typeof primaryType !== 'string') return null;
  return Object.hasOwn(types, primaryType) ? { primaryType, types, domain, message } : null;
}

/** Null when a field has no name, or a type that neither Solidity nor these types have. */
export function readTypes(value: unknown): TypedDataTypes | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const found: [string, readonly TypedField[]][] = [];
  for (const [struct, fields] of Object.entries(value)) {
    if (!structName.test(struct) || !Array.isArray(fields)) return null;
    const read = fields.map(readField);
    const known = read.filter((field) => field !== null);
    if (known.length < read.length || new Set(known.map((field) => field.name)).size < known.length) return null;
    found.push([struct, known]);
  }
  const types: TypedDataTypes = Object.fromEntries(found);
  const isKnown = ({ type }: TypedField) =>
    Object.hasOwn(types, elementOf(type)) || (canonicalType(type) !== null && !type.startsWith('tuple'));
  return Object.values(types).every((fields) => fields.every(isKnown)) ? types : null;
}

export function matchTypes(declared: TypedDataTypes, signed: TypedDataTypes): TypesMatch {
  if (sameTypes(declared, signed, [])) return 'same';
  return sameTypes(declared, signed, [domainType]) ? 'other-domain' : 'different';
}

/** How the value at a path of the message is compared. Null when the types have no single value there. */
export function messageValueType(types: TypedDataTypes, primaryType: string, path: string): ValueType | null {
  const type = typeAt(types, primaryType, path.split('.'));
  return type === null ? null : valueTypeOf(canonicalType(type) ?? '');
}

/** `to.wallet`, `items.0.amount`. Numbers in decimal, addresses and bytes in lower case. */
export function messageValue({ types, primaryType, message }: TypedData, path: string): TypedValue {
  const steps = path.split('.');
  const type = typeAt(types, primaryType, steps);
  if (type === null) return unreadable(`what is signed has no single value at ${path}`);
  let found: ExactJson | undefined = message;
  for (const step of steps) {
    if (Array.isArray(found)) found = found[Number(step)];
    else {
      const record: Readonly<Record<string, ExactJson>> | null = found === undefined ? null : recordOf(found);
      found = record !== null && Object.hasOwn(record, step) ? record[step] : undefined;
    }
  }
  return valueOf(found, type, path);
}

/** A domain that is declared without this field does not sign it, whatever the document says beside it. */
export function domainValue({ types, domain }: TypedData, field: string): TypedValue {
  const declared = Object.hasOwn(types, domainType) ? types[domainType] : undefined;
  if (declared !== undefined && !declared.some(({ name }) => name === field)) {
    return unreadable(`the domain that is signed has no ${field}`);
  }
  const found = Object.hasOwn(domain, field) ? domain[field] : undefined;
  return valueOf(found, typeOfDomain[field] ?? '', field);
}

const typeOfDomain: Readonly<Record<string, string>> = {
  name: 'string',
  version: 'string',
  chainId: 'uint256',
  verifyingContract: 'address',
  salt: 'bytes32',
};

function valueOf(found: ExactJson | undefined, written: string, where: string): TypedValue {
  const type = canonicalType(written);
  const text = type === null || found === undefined ? null : textOf(found, type);
  return text === null ? unreadable(`${where} is not a ${written}`) : { kind: 'value', text };
}

function textOf(found: ExactJson, type: string): string | null {
  if (type === 'string') return typeof found === 'string' ? found : null;
  if (type === 'bool') return typeof found === 'boolean' ? String(found) : null;
  if (type === 'address')
    return typeof found === 'string' && /^0x[0-9a-f]{40}$/i.test(found) ? found.toLowerCase() : null;
  if (type.startsWith('bytes')) return typeof found === 'string' ? bytesText(found, type) : null;
  return integerText(found, type);
}

function bytesText(found: string, type: string): string | null {
  const size = type.slice('bytes'.length);
  if (!/^0x(?:[0-9a-f]{2})*$/i.test(found)) return null;
  return size === '' || found.length === 2 + 2 * Number(size) ? found.toLowerCase() : null;
}

/** A number or its text, decimal or 0x, within the range of its type: what does not fit would be signed as something else. */
function integerText(found: ExactJson, type: string): string | null {
  const written = typeof found === 'string' ? found : numberText(found);
  if (written === null || !/^(?:-?[0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/.test(written)) return null;
  const value = BigInt(written);
  const [, sign, bits] = /^(u?)int([0-9]+)$/.exec(type) ?? [];
  if (bits === undefined) return null;
  const range = 1n << BigInt(bits);
  const [least, most] = sign === 'u' ? [0n, range] : [-range / 2n, range / 2n];
  return value >= least && value < most ? value.toString() : null;
}

/** Everything in exact JSON that is neither a plain record nor a list is a number that kept its text. */
function numberText(value: ExactJson): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const text: unknown = Object.entries(value).find(([key]) => key === 'value')?.[1];
  return recordOf(value) === null && typeof text === 'string' ? text : null;
}

function typeAt(types: TypedDataTypes, primaryType: string, steps: readonly string[]): string | null {
  let type = primaryType;
  if (steps.length > deepest) return null;
  for (const step of steps) {
    if (type.endsWith(']')) {
      if (!/^[0-9]{1,4}$/.test(step)) return null;
      type = type.replace(/\[[0-9]*\]$/, '');
    } else {
      const fields = Object.hasOwn(types, type) ? types[type] : undefined;
      const field = fields?.find(({ name }) => name === step);
      if (field === undefined) return null;
      type = field.type;
    }
  }
  return valueTypeOf(canonicalType(type) ?? '') === null ? null : type;
}

function sameTypes(a: TypedDataTypes, b: TypedDataTypes, without: readonly string[]): boolean {
  const [left, right] = [a, b].map((types) => Object.keys(types).filter((name) => !without.includes(name)));
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  return left.every((name) => Object.hasOwn(b, name) && fieldsText(a[name]) === fieldsText(b[name]));
}

function fieldsText(fields: readonly TypedField[] | undefined): string {
  return (fields ?? []).map(({ name, type }) => `${type} ${name}`).join(',');
}

function readField(field: unknown): TypedField | null {
  if (typeof field !== 'object' || field === null) return null;
  const { name, type }: { name: unknown; type: unknown } = { name: null, type: null, ...field };
  if (typeof name !== 'string' || typeof type !== 'string') return null;
  return fieldName.test(name) && type.length <= 150 ? { name, type } : null;
}

function elementOf(type: string): string {
  return type.replace(/(?:\[[0-9]*\])+$/, '');
}

function recordOf(value: ExactJson | undefined): Readonly<Record<string, ExactJson>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.fromEntries(Object.entries(value)) : null;
}

function unreadable(reason: string): TypedValue {
  return { kind: 'unreadable', reason };
}
