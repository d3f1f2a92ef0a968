// Privy's conditions on EVM transactions, calldata and typed data, as conditions that decode the payload themselves.
import {
  argumentAt,
  readJsonAbi,
  readSignature,
  signatureText,
  type AbiReading,
  type ContractFunction,
  type Parameter,
} from '../../chains/abi.ts';
import { messageValueType, readTypes, type TypedDataTypes } from '../../chains/typed-data-values.ts';
import type { ValueType } from '../../chains/values.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { Condition } from './policies-document.ts';
import { asCondition, compare, never, unsupportedCondition, type Gathering, type Where } from './policies-values.ts';

export function transactionCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const names: Readonly<Record<string, string>> = { value: 'call.value', chain_id: 'call.chainId' };
  const name = Object.hasOwn(names, given.field) ? names[given.field] : undefined;
  if (name !== undefined) {
    const compared = compare(given, { as: 'number', whole: true }, gathering);
    return asCondition(compared, (settings) => ({ kind: 'field', name, ...settings }), where, gathering);
  }
  if (given.field !== 'to') return unknownField(given, where, gathering);
  const compared = compare(given, { as: 'evm-address', whole: true }, gathering);
  return asCondition(compared, contractCondition, where, gathering);
}

/** The address that is called has a kind of its own, which only lists. */
function contractCondition(settings: Readonly<Record<string, unknown>>): DraftCondition {
  if ('isNot' in settings) return { not: { kind: 'contract', in: [settings['isNot']] } };
  return { kind: 'contract', in: 'is' in settings ? [settings['is']] : settings['in'] };
}

export function calldataCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const abi = abiOf(given, where, gathering);
  if (abi === null) return never;
  if (given.field === 'function_name') return functionCondition(given, abi, where, gathering);
  const { functions, path } = functionsFor(given.field, abi);
  if (functions.length === 0) {
    const what = `the field "${given.field.slice(0, 60)}" (no single value of a function in the ABI)`;
    return unsupportedCondition(what, where, gathering);
  }
  const calls = functions.map((found) => {
    const as = argumentAt(found, path)?.compareAs ?? 'text';
    const compared = compare(given, { as, whole: true }, gathering);
    const make = (settings: Readonly<Record<string, unknown>>) => callOf(found, { where: { [path]: settings } });
    return asCondition(compared, make, where, gathering);
  });
  return anyOf(calls);
}

/** For Tron, whose calldata the platform decodes: how the values of this field compare, by the ABI. */
export function calldataType(given: Condition, where: Where, gathering: Gathering): ValueType | null {
  const abi = abiOf(given, where, gathering);
  if (abi === null || given.field === 'function_name') return 'text';
  const { functions, path } = functionsFor(given.field, abi);
  const types = new Set(functions.map((found) => argumentAt(found, path)?.compareAs));
  const [type] = types;
  return types.size === 1 && type !== undefined ? type : null;
}

function functionCondition(
  given: Condition,
  abi: readonly ContractFunction[],
  where: Where,
  gathering: Gathering,
): DraftCondition {
  const { operator, value } = given;
  const names = operator === 'eq' && !Array.isArray(value) ? [value] : operator === 'in' ? value : null;
  if (!Array.isArray(names)) {
    return unsupportedCondition(`the operator "${operator.slice(0, 40)}" on the name of a function`, where, gathering);
  }
  const unknown = names.find((name) => abi.every((found) => found.name !== name));
  if (unknown !== undefined) {
    return unsupportedCondition(`the function "${unknown.slice(0, 60)}" (it is not in the ABI)`, where, gathering);
  }
  return names.length === 0
    ? never
    : anyOf(abi.filter(({ name }) => names.includes(name)).map((found) => callOf(found, {})));
}

/** `transfer.amount`: the functions of that name (there may be several) that have the argument. */
function functionsFor(field: string, abi: readonly ContractFunction[]) {
  const dot = field.indexOf('.');
  const [name, path] = [field.slice(0, Math.max(dot, 0)), field.slice(dot + 1)];
  const functions = abi.filter((found) => found.name === name && argumentAt(found, path) !== null);
  return { functions, path };
}

/** As a signature where it says everything, which people can read; as JSON otherwise. */
function callOf(found: ContractFunction, settings: Readonly<Record<string, unknown>>): DraftCondition {
  const signature = signatureText(found);
  const again = readSignature(signature);
  if (signature.length <= 500 && again.kind === 'ok' && JSON.stringify(again.function) === JSON.stringify(found)) {
    return { kind: 'call', function: signature, ...settings };
  }
  return { kind: 'call', abi: { name: found.name, inputs: found.inputs.map(jsonOf) }, ...settings };
}

function jsonOf({ name, type, components }: Parameter): Readonly<Record<string, unknown>> {
  return { name, type, ...(components.length === 0 ? {} : { components: components.map(jsonOf) }) };
}

function abiOf(given: Condition, { path }: Where, { faults }: Gathering): readonly ContractFunction[] | null {
  const reading: AbiReading =
    given.abi === undefined ? { kind: 'faulty', reason: 'is missing' } : readJsonAbi(given.abi);
  if (reading.kind === 'ok') return reading.functions;
  const words = given.abi === undefined ? reading.reason : `is not a JSON ABI: ${reading.reason}`;
  faults.push({ path: `${path}.abi`, words, remedy: 'Copy the JSON ABI of the contract again, as a list.' });
  return null;
}

const domainNames: Readonly<Record<string, string>> = {
  chainId: 'chainId',
  chain_id: 'chainId',
  verifyingContract: 'verifyingContract',
  verifying_contract: 'verifyingContract',
};

export function domainCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const name = Object.hasOwn(domainNames, given.field) ? domainNames[given.field] : undefined;
  if (name === undefined) return unknownField(given, where, gathering);
  const compared = compare(given, { as: name === 'chainId' ? 'number' : 'evm-address', whole: true }, gathering);
  return asCondition(compared, (settings) => ({ kind: 'typed-data', domain: { [name]: settings } }), where, gathering);
}

export function messageCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const declared = typesOf(given.typed_data);
  if (declared === null) {
    const remedy = 'Write `{ "primary_type": …, "types": { … } }` with every struct that is signed.';
    const words = given.typed_data === undefined ? 'is missing' : 'are not the types of typed data';
    gathering.faults.push({ path: `${where.path}.typed_data`, words, remedy });
    return never;
  }
  const { primaryType, types } = declared;
  const as = messageValueType(types, primaryType, given.field);
  if (as === null) {
    const what = `the field "${given.field.slice(0, 60)}" (no single value of ${primaryType})`;
    return unsupportedCondition(what, where, gathering);
  }
  const compared = compare(given, { as, whole: true }, gathering);
  const written = Object.entries(types).map(([name, fields]) => [
    name,
    fields.map((found) => `${found.type} ${found.name}`),
  ]);
  const make = (settings: Readonly<Record<string, unknown>>): DraftCondition => ({
    kind: 'typed-data',
    primaryType,
    types: Object.fromEntries(written),
    where: { [given.field]: settings },
  });
  return asCondition(compared, make, where, gathering);
}

function typesOf(value: unknown): { readonly primaryType: string; readonly types: TypedDataTypes } | null {
  if (typeof value !== 'object' || value === null) return null;
  const { primary_type: primaryType, types: written }: { primary_type: unknown; types: unknown } = {
    primary_type: null,
    types: null,
    ...value,
  };
  const types = readTypes(written);
  if (types === null || typeof primaryType !== 'string' || !Object.hasOwn(types, primaryType)) return null;
  return { primaryType, types };
}

export function unknownField(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const what = `the field "${given.field.slice(0, 60)}" of ${given.field_source.slice(0, 60)}`;
  return unsupportedCondition(what, where, gathering);
}

function anyOf(conditions: readonly DraftCondition[]): DraftCondition {
  const [only, ...more] = conditions;
  return only === undefined ? never : more.length === 0 ? only : { any: conditions };
}
