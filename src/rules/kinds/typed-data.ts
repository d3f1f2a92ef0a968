// EIP-712 typed data: fields of the domain and of the message, read by the types that are signed.
import { z } from 'zod';
import {
  domainFields,
  domainValue,
  matchTypes,
  messageValue,
  messageValueType,
  parseTypedData,
  readTypes,
  type TypedData,
  type TypedDataTypes,
  type TypedValue,
} from '../../chains/typed-data-values.ts';
import type { ValueType } from '../../chains/values.ts';
import { allOf, type Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse, suggestion, type PlacedFault } from '../document.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import {
  comparison,
  faultsOfComparison,
  prepareComparison,
  resolveComparisons,
  type Comparison,
} from './comparison.ts';

/** As Solidity writes them: `address to`. */
const field = z.string().regex(/^[^\s]{1,200} [^\s]{1,100}$/, 'must be a type and a name, e.g. `address to`');

const settings = closedObject({
  domain: z.record(z.string(), comparison).optional(),
  primaryType: z.string().min(1).max(200).optional(),
  types: z.record(z.string(), z.array(field)).optional(),
  where: z.record(z.string(), comparison).optional(),
}).superRefine((given, ctx) => {
  const { domain, primaryType, types, where } = given;
  if (domain === undefined && primaryType === undefined) {
    refuse(ctx, given, 'has neither domain nor primaryType', 'Write e.g. `domain: { chainId: { is: 1 } }`.');
  }
  if (primaryType === undefined && (types !== undefined || where !== undefined)) {
    refuse(ctx, given, 'has types or where without a primaryType', 'Say what is signed, e.g. `primaryType: Permit`.');
  }
  const read = types === undefined ? null : declared(types);
  if (types !== undefined && (read === null || !Object.hasOwn(read, primaryType ?? ''))) {
    const remedy = 'Write every struct that is signed: `types: { Permit: [address owner, …] }`.';
    ctx.addIssue({
      code: 'custom',
      path: ['types'],
      message: 'are not the types of what is signed',
      params: { remedy },
      input: types,
    });
    return;
  }
  const places = [
    ...Object.entries(domain ?? {}).map(([path, wanted]) => ({
      key: 'domain',
      path,
      faults: domainFaults(path, wanted),
    })),
    ...Object.entries(where ?? {}).map(([path, wanted]) => ({
      key: 'where',
      path,
      faults: messageFaults(path, wanted, read, primaryType ?? ''),
    })),
  ];
  for (const { key, path, faults } of places) {
    for (const { place, words, remedy } of faults) {
      ctx.addIssue({ code: 'custom', path: [key, path, ...place], message: words, params: { remedy }, input: given });
    }
  }
});

export const typedData = defineKind({
  kind: 'typed-data',
  settings,
  resolve: (written, names) => {
    const parts = (['domain', 'where'] as const).filter((key) => written[key] !== undefined);
    const resolved = parts.map((key) => ({ key, ...resolveComparisons(written[key], key, names) }));
    return {
      settings: { ...written, ...Object.fromEntries(resolved.map((part) => [part.key, part.settings])) },
      faults: resolved.flatMap((part) => part.faults),
    };
  },
  prepare: (given) => {
    const { primaryType } = given;
    const types = given.types === undefined ? null : declared(given.types);
    const domain = Object.entries(given.domain ?? {}).map(([name, wanted]) =>
      prepareField(name, wanted, domainFields[name] ?? 'text'),
    );
    const fields = Object.entries(given.where ?? {}).map(([path, wanted]) => {
      const fixed = types === null ? null : messageValueType(types, primaryType ?? '', path);
      return prepareField(path, wanted, fixed);
    });
    return {
      wanted: [
        ...(primaryType === undefined ? [] : [primaryType]),
        ...[...domain, ...fields].map((one) => one.wanted),
      ].join(', '),
      test: (facts, say) =>
        judge(facts.typedData, say, (text) => {
          const signed = parseTypedData(text);
          if (signed === null) return unknownBecause(say, 'unreadable', 'the typed data cannot be read');
          return judgeTyped(signed, { primaryType, types, domain, fields }, say);
        }),
    };
  },
});

type Field = {
  readonly path: string;
  readonly wanted: string;
  readonly test: (signed: TypedData, value: TypedValue) => { readonly truth: Truth; readonly seen: string };
};

type Wanted = {
  readonly primaryType: string | undefined;
  readonly types: TypedDataTypes | null;
  readonly domain: readonly Field[];
  readonly fields: readonly Field[];
};

/**
 * Another primary type is another message. The same name over other types is not to be trusted either way; where the
 * types differ in nothing but how the domain is declared, a field that is not as wanted still settles it.
 */
function judgeTyped(signed: TypedData, wanted: Wanted, say: Say | undefined): Truth {
  if (wanted.primaryType !== undefined && signed.primaryType !== wanted.primaryType) {
    say?.(signed.primaryType, `it signs ${signed.primaryType}, which this rule does not cover`);
    return truthOf(false);
  }
  const match = wanted.types === null ? 'same' : matchTypes(wanted.types, signed.types);
  if (match === 'different')
    return unknownBecause(say, signed.primaryType, 'it signs other types than those of the rule');
  const heard = [
    ...wanted.domain.map((one) => ({ path: one.path, ...one.test(signed, domainValue(signed, one.path)) })),
    ...wanted.fields.map((one) => ({ path: one.path, ...one.test(signed, messageValue(signed, one.path)) })),
  ];
  const truth = allOf(heard.map((one) => one.truth));
  const telling = heard.filter((one) => one.truth === truth).map((one) => `${one.path} ${one.seen}`);
  say?.(
    heard.map((one) => `${one.path} ${one.seen}`).join(', '),
    `it signs ${[signed.primaryType, ...telling].join(', ')}`,
  );
  if (match === 'same' || truth === 'false') return truth;
  return unknownBecause(say, signed.primaryType, 'it declares its domain otherwise than the rule does');
}

/** `fixed`: what it is compared as where the rule itself says; otherwise the signed types do. */
function prepareField(path: string, wanted: Comparison, fixed: ValueType | null): Field {
  const prepared = new Map<ValueType, ReturnType<typeof prepareComparison>>();
  const preparedAs = (as: ValueType) => {
    const made = prepared.get(as) ?? prepareComparison(wanted, as);
    prepared.set(as, made);
    return made;
  };
  return {
    path,
    wanted: `${path} ${preparedAs(fixed ?? 'text').wanted}`,
    test: ({ types, primaryType }, value) => {
      if (value.kind === 'unreadable') return { truth: 'unknown', seen: value.reason };
      const as = fixed ?? messageValueType(types, primaryType, path);
      if (as === null || faultsOfComparison(wanted, as).length > 0) return { truth: 'unknown', seen: value.text };
      return { truth: preparedAs(as).test(value.text), seen: value.text };
    },
  };
}

function domainFaults(name: string, wanted: Comparison): readonly PlacedFault[] {
  const as = Object.hasOwn(domainFields, name) ? domainFields[name] : undefined;
  if (as !== undefined) return faultsOfComparison(wanted, as);
  const remedy = suggestion(name, Object.keys(domainFields));
  return [{ place: [], words: `"${name.slice(0, 60)}" is not a field of a domain`, remedy }];
}

function messageFaults(
  path: string,
  wanted: Comparison,
  types: TypedDataTypes | null,
  primaryType: string,
): readonly PlacedFault[] {
  if (types === null) {
    const isEmpty = Object.values(wanted).every((value) => value === undefined);
    return isEmpty ? faultsOfComparison(wanted, 'text') : [];
  }
  const as = messageValueType(types, primaryType, path);
  if (as !== null) return faultsOfComparison(wanted, as);
  const words = `${primaryType} has no single value "${path.slice(0, 60)}"`;
  return [{ place: [], words, remedy: 'Write names of its fields with dots between them, e.g. `to.wallet`.' }];
}

function declared(types: Readonly<Record<string, readonly string[]>>): TypedDataTypes | null {
  const structs = Object.entries(types).map(([struct, fields]) => [
    struct,
    fields.map((text) => ({ type: text.split(' ')[0] ?? '', name: text.split(' ')[1] ?? '' })),
  ]);
  return readTypes(Object.fromEntries(structs));
}
