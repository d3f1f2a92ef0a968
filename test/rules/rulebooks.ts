// A rulebook that allows small supplier payouts, an approval that it allows, and the means to change one thing.
import type { Activity } from '../../src/domain/activity.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { Observation, Rulebook } from '../../src/domain/rulebook.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { explainRulebook, type RuleExplanation } from '../../src/rules/explain.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { anActivity, anApproval, anAsset, noon } from '../builders.ts';

export const supplier = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';

export const text = `version: 1
lists:
  suppliers:
    - 0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    - 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC
assets:
  USDC: { network: Ethereum, reference: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48, decimals: 6 }
  ETH: { network: Ethereum, reference: native }
rules:
  - id: routine
    title: Small supplier payouts
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: asset, in: [USDC] }
      - { kind: amount, atMost: 1000 USD }
      - { kind: recipient, in: $suppliers }
`;

/** One live rule whose only open question is these conditions. */
export function withConditions(...conditions: readonly string[]): string {
  return `version: 1
lists: { suppliers: [${supplier}], payroll: [us-payroll-bot] }
assets:
  USDC: { network: Ethereum, reference: ${usdc}, decimals: 6 }
  ETH: { network: Ethereum, reference: native }
rules:
  - id: tried
    title: Tried
    stage: shadow
    when:
${conditions.map((condition) => `      - ${condition}`).join('\n')}
`;
}

export function rulebookOf(source: string): Rulebook {
  const reading = parseRulebook(source);
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  return reading.rulebook;
}

/** 500 USDC to a supplier, priced a minute ago. */
export function aPayout(overrides: Partial<Activity> = {}, around: Partial<Approval> = {}): Approval {
  const activity = anActivity({
    destinations: [{ address: supplier, amountBase: '500000000' }],
    asset: anAsset(),
    amountBase: '500000000',
    price: { perToken: '1', currency: 'USD', quotedAt: noon - 60_000 },
    ...overrides,
  });
  return anApproval({ activity, ...around });
}

/** The approval as it is seen now, on the connection `treasury`, with nothing spent before. */
export function seen(approval: Approval, around: Partial<Observation> = {}): Observation {
  return { connection: 'treasury', approval, at: noon, spent: {}, demoted: [], ...around };
}

export type Evaluation = {
  readonly rule: string | null;
  readonly because: string | null;
  readonly explanation: readonly RuleExplanation[];
};

export function evaluate(source: string, approval: Approval, now: number = noon): Evaluation {
  const explained = explainRulebook(compileRulebook(rulebookOf(source)), factsOf(seen(approval, { at: now })));
  const { answer, rules } = explained;
  return answer.kind === 'allow'
    ? { rule: answer.rule, because: null, explanation: rules }
    : { rule: null, because: answer.because, explanation: rules };
}

/** The answer of the first condition of the first rule. */
export function answerOf(condition: string, approval: Approval, now: number = noon) {
  const [rule] = evaluate(withConditions(condition), approval, now).explanation;
  const answer = rule?.conditions[0];
  if (answer === undefined) throw new Error('the rule has no condition');
  return answer;
}

export function change(from: string | RegExp, to: string, source: string = text): string {
  const changed = source.replace(from, () => to);
  if (changed === source) throw new Error(`the rulebook has no ${String(from)}`);
  return changed;
}
