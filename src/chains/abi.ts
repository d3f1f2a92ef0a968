// Contract functions by signature or JSON ABI, and calldata decoded with them: exactly, or not at all.
import type { AbiParameter, Hex } from 'viem';
import { decodeAbiParameters, encodeAbiParameters, parseAbi, toFunctionSelector } from 'viem/utils';
import type { ValueType } from './values.ts';

/** A parameter as the signature or the ABI has it; `name` is empty where it has none. */
export type Parameter = {
  readonly name: string;
  /** Canonical: `uint256`, never `uint`; a struct is `tuple`, with its array suffix. */
  readonly type: string;
  readonly components: readonly Parameter[];
};

export type ContractFunction = {
  readonly name: string;
  readonly selector: Hex;
  readonly inputs: readonly Parameter[];
};

export type FunctionReading =
  | { readonly kind: 'ok'; readonly function: ContractFunction }
  | { readonly kind: 'faulty'; readonly reason: string };

export type AbiReading =
  | { readonly kind: 'ok'; readonly functions: readonly ContractFunction[] }
  | { readonly kind: 'faulty'; readonly reason: string };

/** Where a value stands among the arguments, by position, whatever names the path was written with. */
export type ArgumentPlace = { readonly type: string; readonly compareAs: ValueType; readonly steps: readonly number[] };

export type CallReading =
  | { readonly kind: 'call'; readonly values: readonly unknown[] }
  /** It calls something else, or nothing. */
  | { readonly kind: 'other' }
  | { readonly kind: 'undecodable'; readonly reason: string };

/** Not the one name that a record of JavaScript treats as something else. */
const name = /^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]{0,99}$/;
const array = /\[([1-9][0-9]{0,3})?\]$/;
/** Nobody nests deeper in earnest, and an ABI comes from outside. */
const deepest = 8;

/** `transfer(address to, uint256 amount)`; names may be left out. */
export function readSignature(text: string): FunctionReading {
  const signatures: readonly string[] = [`function ${text.trim().replace(/^function\s+/, '')}`];
  try {
    return readFunction(parseAbi(signatures)[0]);
  } catch {
    // The parser throws for every text that is no signature; that is the answer, not a fault.
    return faulty(`"${text.slice(0, 100)}" is not the signature of a function`);
  }
}

/** Every function of a JSON ABI; its events, errors and constructors are not looked at. */
export function readJsonAbi(abi: unknown): AbiReading {
  if (!Array.isArray(abi)) return faulty('it is not a list');
  const functions: ContractFunction[] = [];
  for (const [at, item] of abi.entries()) {
    const type: unknown = partOf(item, 'type');
    if (typeof type !== 'string') return faulty(`entry ${at} has no type`);
    if (!knownItems.includes(type))
      return faulty(`entry ${at} has the type "${type.slice(0, 40)}", which is not known`);
    if (type !== 'function') continue;
    const reading = readFunction(item);
    if (reading.kind === 'faulty') return faulty(`entry ${at}: ${reading.reason}`);
    functions.push(reading.function);
  }
  return { kind: 'ok', functions };
}

const knownItems = ['function', 'constructor', 'event', 'fallback', 'receive', 'error'];

/** One entry of a JSON ABI. */
export function readFunction(item: unknown): FunctionReading {
  const named: unknown = partOf(item, 'name');
  if (typeof named !== 'string' || !name.test(named)) return faulty('a function has no name');
  const inputs = readParameters(partOf(item, 'inputs') ?? [], 0);
  if (inputs === null) return faulty(`the inputs of ${named} are not parameters of known types`);
  const selector = toFunctionSelector({
    type: 'function',
    name: named,
    inputs: inputs.map(forCodec),
    outputs: [],
    stateMutability: 'nonpayable',
  });
  return { kind: 'ok', function: { name: named, selector, inputs } };
}

/** As `readSignature` reads it: `transfer(address to, uint256 amount)`. */
export function signatureText({ name: named, inputs }: ContractFunction): string {
  return `${named}(${inputs.map(parameterText).join(', ')})`;
}

/** By names and indices: `to`, `params.amountIn`, `path.0`. Null when there is none, or it is no single value. */
export function argumentAt(of: ContractFunction, path: string): ArgumentPlace | null {
  const steps: number[] = [];
  let among = of.inputs;
  let found: Parameter | undefined;
  for (const step of path.split('.')) {
    if (found !== undefined && array.test(found.type)) {
      if (!/^[0-9]{1,4}$/.test(step)) return null;
      steps.push(Number(step));
      found = { ...found, type: found.type.replace(array, '') };
    } else {
      if (found !== undefined) among = found.type === 'tuple' ? found.components : [];
      const at = positionOf(among, step);
      found = among[at];
      if (found === undefined) return null;
      steps.push(at);
    }
  }
  const compareAs = found === undefined ? null : valueTypeOf(found.type);
  return found === undefined || compareAs === null ? null : { type: found.type, compareAs, steps };
}

/** Null for arrays and structs, which are not single values. */
export function valueTypeOf(type: string): ValueType | null {
  if (/^u?int[0-9]*$/.test(type)) return 'number';
  if (/^bytes[0-9]*$/.test(type)) return 'hex';
  return type === 'address' ? 'evm-address' : type === 'bool' ? 'boolean' : type === 'string' ? 'text' : null;
}

/** `data` is lower-case hexadecimal. Only the one canonical encoding counts, so that no second meaning hides in it. */
export function decodeCall(of: ContractFunction, data: string): CallReading {
  if (!/^0x(?:[0-9a-f]{2})*$/.test(data)) return undecodable('the call data is not lower-case hexadecimal');
  if (data === '0x') return { kind: 'other' };
  if (data.length < 10) return undecodable('the call data is too short for a function');
  if (data.slice(0, 10) !== of.selector) return { kind: 'other' };
  const inputs = of.inputs.map(forCodec);
  const encoded: Hex = `0x${data.slice(10)}`;
  try {
    const values = inputs.length === 0 ? [] : decodeAbiParameters(inputs, encoded);
    const again = inputs.length === 0 ? '0x' : encodeAbiParameters(inputs, values);
    return again === encoded ? { kind: 'call', values } : undecodable(`the call data is not exactly one of ${of.name}`);
  } catch {
    // The decoder throws for every data that is not of this function; that is the answer, not a fault.
    return undecodable(`the call data is not one of ${of.name}`);
  }
}

/** As text: numbers in decimal, addresses and bytes in lower case. Null when an array is not that long. */
export function argumentText(values: readonly unknown[], { steps, compareAs }: ArgumentPlace): string | null {
  let found: unknown = values;
  for (const step of steps) found = Array.isArray(found) ? found[step] : undefined;
  if (typeof found === 'string') return compareAs === 'text' ? found : found.toLowerCase();
  return typeof found === 'bigint' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

function readParameters(inputs: unknown, depth: number): readonly Parameter[] | null {
  if (!Array.isArray(inputs) || depth > deepest || inputs.length > 100) return null;
  const parameters = inputs.map((input: unknown) => readParameter(input, depth));
  const known = parameters.filter((parameter) => parameter !== null);
  const names = known.map((parameter) => parameter.name).filter((text) => text !== '');
  return known.length < parameters.length || new Set(names).size < names.length ? null : known;
}

function readParameter(input: unknown, depth: number): Parameter | null {
  const [named, written]: unknown[] = [partOf(input, 'name') ?? '', partOf(input, 'type')];
  if (typeof named !== 'string' || (named !== '' && !name.test(named)) || typeof written !== 'string') return null;
  const type = canonicalType(written);
  if (type === null) return null;
  if (!type.startsWith('tuple')) return { name: named, type, components: [] };
  const components = readParameters(partOf(input, 'components'), depth + 1);
  return components === null || components.length === 0 ? null : { name: named, type, components };
}

/** Null for a type that Solidity does not have. https://docs.soliditylang.org/en/latest/abi-spec.html#types */
export function canonicalType(written: string): string | null {
  const [, base = '', suffix = ''] = /^([a-z]+[0-9]*)((?:\[[0-9]*\]){0,4})$/.exec(written) ?? [];
  const dimensions = suffix.match(/\[[0-9]*\]/g) ?? [];
  if (!dimensions.every((dimension) => array.test(dimension))) return null;
  if (base === 'uint' || base === 'int') return `${base}256${suffix}`;
  const [, word, digits] = /^([a-z]+)([0-9]*)$/.exec(base) ?? [];
  const size = Number(digits);
  if (digits === '') return ['address', 'bool', 'string', 'bytes', 'tuple'].includes(base) ? written : null;
  if (digits?.startsWith('0') === true) return null;
  const isInteger = (word === 'uint' || word === 'int') && size % 8 === 0 && size >= 8 && size <= 256;
  return isInteger || (word === 'bytes' && size >= 1 && size <= 32) ? written : null;
}

/** Without names, the codec gives and takes structs by position, so that a name can't change what is read. */
function forCodec({ type, components }: Parameter): AbiParameter {
  return components.length === 0 ? { type } : { type, components: components.map(forCodec) };
}

function parameterText({ name: named, type, components }: Parameter): string {
  const shown = components.length === 0 ? type : type.replace('tuple', `(${components.map(parameterText).join(', ')})`);
  return named === '' ? shown : `${shown} ${named}`;
}

function positionOf(among: readonly Parameter[], step: string): number {
  const at = step === '' ? -1 : among.findIndex((parameter) => parameter.name === step);
  return at < 0 && /^[0-9]{1,3}$/.test(step) ? Number(step) : at;
}

function partOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([found]) => found === key)?.[1];
}

function faulty(reason: string): { readonly kind: 'faulty'; readonly reason: string } {
  return { kind: 'faulty', reason };
}

function undecodable(reason: string): CallReading {
  return { kind: 'undecodable', reason };
}
