// The account that asked is one of these, exactly as the platform writes it.
import { z } from 'zod';
import { answer, defineKind, judge } from '../kind.ts';
import { membersOf, membersText, resolveIn } from '../names.ts';

export const initiator = defineKind({
  kind: 'initiator',
  settings: membersOf(z.string().min(1)),
  resolve: resolveIn,
  prepare: ({ in: { list, values } }) => {
    const accounts = new Set(values);
    return {
      wanted: membersText(list, values),
      test: (facts) =>
        judge(facts.initiator, (account) => {
          const truth = accounts.has(account);
          const words = truth ? `${account} asked for it` : `${account} asked for it, whom this rule does not cover`;
          return answer(truth, account, words);
        }),
    };
  },
});
