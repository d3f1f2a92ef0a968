// What the rulebook says about one approval, as a finding that stands among those of the checks.
import type { EpochMs } from '../domain/amount.ts';
import type { Approval } from '../domain/approval.ts';
import type { Finding, Outcome } from '../domain/finding.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import { evaluateRulebook } from './evaluate.ts';
import { explainEvaluation, summaryOf } from './explain.ts';
import { factsOf } from './facts.ts';

export type RulebookFinding = { readonly finding: Finding; readonly rule: string | null };

/** Null means that none is configured: nothing is automatic. A rulebook that can't be evaluated is unavailable. */
export function rulebookFinding(rulebook: Rulebook | null, approval: Approval, now: EpochMs): RulebookFinding {
  if (rulebook === null) return { finding: finding('flag', 'no rulebook is in force', {}), rule: null };
  const evidence = { rulebook: rulebook.hash };
  try {
    const evaluation = evaluateRulebook(rulebook, factsOf(approval, now));
    const outcome = evaluation.rule !== null ? 'pass' : evaluation.truth === 'unknown' ? 'unavailable' : 'flag';
    const trace = explainEvaluation(evaluation).join('\n');
    return { finding: finding(outcome, summaryOf(evaluation), { ...evidence, trace }), rule: evaluation.rule };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown fault';
    return { finding: finding('unavailable', `the rulebook could not be evaluated: ${reason}`, evidence), rule: null };
  }
}

function finding(outcome: Outcome, words: string, evidence: Finding['evidence']): Finding {
  return { check: rulebookCheck, title: 'Rulebook', outcome, words, evidence, dataAt: null };
}
