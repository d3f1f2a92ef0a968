// The function that is called and its arguments, decoded with a signature or a JSON ABI: another function is false, damaged data unknown.
import { z } from 'zod';
import {
  argumentAt,
  argumentText,
  decodeCall,
  readFunction,
  readSignature,
  signatureText,
  type ArgumentPlace,
  type ContractFunction,
  type FunctionReading,
} from '../../chains/abi.ts';
import { allOf, type Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse } from '../document.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import {
  comparison,
  faultsOfComparison,
  prepareComparison,
  resolveComparisons,
  type PreparedComparison,
} from './comparison.ts';

const settings = closedObject({
  function: z.string().max(1000).optional(),
  abi: z.record(z.string(), z.unknown()).optional(),
  where: z.record(z.string(), comparison).optional(),
}).superRefine((given, ctx) => {
  const reading = readGiven(given);
  if (reading.kind === 'faulty') {
    const remedy =
      "Write e.g. `function: 'transfer(address to, uint256 amount)'`, or one function of a JSON ABI as `abi`.";
    refuse(ctx, given, reading.reason, remedy);
    return;
  }
  for (const [path, wanted] of Object.entries(given.where ?? {})) {
    const place = argumentAt(reading.function, path);
    const words = `${signatureText(reading.function)} has no single value "${path.slice(0, 60)}"`;
    const faults =
      place === null
        ? [
            {
              place: [],
              words,
              remedy: 'Write the name or the position of an argument, and of what is in it: `params.amount`.',
            },
          ]
        : faultsOfComparison(wanted, place.compareAs);
    for (const { place: at, words: message, remedy } of faults) {
      ctx.addIssue({ code: 'custom', path: ['where', path, ...at], message, params: { remedy }, input: wanted });
    }
  }
});

type Argument = { readonly path: string; readonly place: ArgumentPlace; readonly wanted: PreparedComparison };

export const call = defineKind({
  kind: 'call',
  settings,
  resolve: (written, names) => {
    if (written['where'] === undefined) return { settings: written, faults: [] };
    const { settings: where, faults } = resolveComparisons(written['where'], 'where', names);
    return { settings: { ...written, where }, faults };
  },
  prepare: (given) => {
    const reading = readGiven(given);
    if (reading.kind === 'faulty') throw new Error(`failed to read a function: ${reading.reason}`);
    const wanted = reading.function;
    const signature = signatureText(wanted);
    const found = Object.entries(given.where ?? {}).flatMap(([path, compared]): readonly Argument[] => {
      const place = argumentAt(wanted, path);
      return place === null ? [] : [{ path, place, wanted: prepareComparison(compared, place.compareAs) }];
    });
    const conditions = found.map((one) => `${one.path} ${one.wanted.wanted}`);
    return {
      wanted: [signature, ...conditions].join(', '),
      test: (facts, say) =>
        judge(facts.call, say, ({ data }) => {
          const decoded = decodeCall(wanted, data);
          if (decoded.kind === 'undecodable') return unknownBecause(say, data.slice(0, 10), decoded.reason);
          if (decoded.kind === 'other') {
            say?.(data.slice(0, 10), `it does not call ${signature}`);
            return truthOf(false);
          }
          return judgeArguments(wanted, found, decoded.values, say);
        }),
    };
  },
});

function judgeArguments(
  { name }: ContractFunction,
  found: readonly Argument[],
  values: readonly unknown[],
  say: Say | undefined,
): Truth {
  const seen = found.map(({ path, place, wanted }) => {
    const text = argumentText(values, place);
    return { text: `${path} ${text ?? 'missing'}`, truth: text === null ? ('unknown' as const) : wanted.test(text) };
  });
  const truth = allOf(seen.map((one) => one.truth));
  const telling = seen.filter((one) => truth === 'true' || one.truth === truth).map((one) => one.text);
  say?.([name, ...seen.map((one) => one.text)].join(', '), `it calls ${[name, ...telling].join(', ')}`);
  return truth;
}

function readGiven(given: { readonly function?: string | undefined; readonly abi?: unknown }): FunctionReading {
  if ((given.function === undefined) === (given.abi === undefined)) {
    return { kind: 'faulty', reason: 'needs either `function` or `abi`' };
  }
  return given.function === undefined ? readFunction(given.abi) : readSignature(given.function);
}
