// Kinds that ask whether one plain text of the activity is among those listed, exactly as the platform writes it.
import { z } from 'zod';
import type { Fact, Facts, IndexDimension } from '../facts.ts';
import { defineKind, judge, truthOf, type RuleKind } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

function member(input: {
  readonly kind: string;
  readonly of: (facts: Facts) => Fact<string>;
  readonly words: (value: string) => string;
  readonly index?: IndexDimension;
}): RuleKind {
  const { kind, of, words, index } = input;
  return defineKind({
    kind,
    settings: membersOf(z.string().min(1)),
    resolve: resolveIn,
    prepare: ({ in: { list, values } }) => {
      const listed = new Set(values);
      return {
        wanted: membersText(list, values),
        ...(index === undefined ? {} : { index: { on: index, values } }),
        test: (facts, say) =>
          judge(of(facts), say, (value) => {
            const holds = listed.has(value);
            say?.(value, holds ? words(value) : `${words(value)}, which this rule does not cover`);
            return truthOf(holds);
          }),
      };
    },
  });
}

export const initiator = member({
  kind: 'initiator',
  of: (facts) => facts.initiator,
  words: (account) => `${account} asked for it`,
  index: 'initiator',
});

export const credential = member({
  kind: 'credential',
  of: (facts) => facts.credential,
  words: (id) => `it was asked for with the credential ${id}`,
});

export const wallet = member({
  kind: 'wallet',
  of: (facts) => facts.wallet,
  words: (id) => `it leaves the wallet ${id}`,
  index: 'wallet',
});

export const counterparty = member({
  kind: 'counterparty',
  of: (facts) => facts.counterparty,
  words: (id) => `its counterparty is ${id}`,
});

export const method = member({
  kind: 'method',
  of: (facts) => facts.method,
  words: (name) => `its method is ${name}`,
  index: 'method',
});

export const transactionType = member({
  kind: 'transaction-type',
  of: (facts) => facts.transactionType,
  words: (name) => `its type is ${name}`,
});
