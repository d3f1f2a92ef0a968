// One condition over a payload, and what becomes of it: the answer, or the faults of the rule.
import { noRequest, type ActivityRequest } from '../../src/domain/activity.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { answerOf, aPayout, supplier, withConditions } from './rulebooks.ts';

export const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

export function truthOf(condition: string, request: Partial<ActivityRequest>): string {
  return answerOf(condition, aPayout({ request: { ...noRequest, ...request } })).truth;
}

export function calling(data: string, change: object = {}): Partial<ActivityRequest> {
  return { call: { chainId: '1', to: supplier, valueBase: '1000', data, ...change } };
}

export function faultsOf(condition: string): readonly { readonly words: string; readonly remedy: string }[] {
  const reading = parseRulebook(withConditions(condition));
  return reading.kind === 'faults' ? reading.faults : [];
}
