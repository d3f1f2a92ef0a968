// What the rulebook says about one approval, as a finding that stands among those of the checks.
import canonicalize from 'canonicalize';
import type { Finding, Outcome } from '../domain/finding.ts';
import type { Observation, Rulebook } from '../domain/rulebook.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import { compileRulebook } from './compile.ts';
import { explainRulebook, explanationLines, summaryOf, type Explanation } from './explain.ts';
import { factsOf } from './facts.ts';

export type RulebookFinding = {
  readonly finding: Finding;
  /** The rule that allows it, or null. */
  readonly rule: string | null;
  /** The answer as canonical JSON, or null where there was none: asked again, the same bytes must come. */
  readonly answer: string | null;
  /** Rules that by themselves would have allowed it, whatever their stage. */
  readonly wouldAllow: readonly string[];
};

/** Null means that none is in force: nothing is automatic. A rulebook that can't be evaluated is unavailable. */
export function rulebookFinding(rulebook: Rulebook | null, observation: Observation): RulebookFinding {
  if (rulebook === null) return without('flag', 'no rulebook is in force', {});
  const evidence = { rulebook: rulebook.hash };
  try {
    const explanation = explainRulebook(compileRulebook(rulebook), factsOf(observation));
    const { answer } = explanation;
    const rule = answer.kind === 'allow' ? answer.rule : null;
    const trace = explanationLines(explanation).join('\n');
    const words = summaryOf(explanation);
    const shown = { ...evidence, ...titles(explanation), trace };
    return {
      finding: {
        check: rulebookCheck,
        title: 'Rulebook',
        outcome: outcomeOf(explanation),
        words,
        evidence: shown,
        dataAt: null,
      },
      rule,
      answer: answerText(explanation),
      wouldAllow: explanation.rules.filter((entry) => entry.wouldAllow).map(({ id }) => id),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown fault';
    return without('unavailable', `the rulebook could not be evaluated: ${reason}`, evidence);
  }
}

/** What a replay compares: the answer and every rule that was asked with what it found. */
export function answerText(explanation: Explanation): string {
  return canonicalize(explanation) ?? '';
}

function outcomeOf({ answer }: Explanation): Outcome {
  if (answer.kind === 'allow') return 'pass';
  return answer.because === 'unknown' ? 'unavailable' : 'flag';
}

/** For the card: the rule in a person's words, what else would have allowed it, and what advisory rules say. */
function titles({ answer, rules }: Explanation): Readonly<Record<string, string>> {
  const allowing = answer.kind === 'allow' ? rules.find(({ id }) => id === answer.rule) : undefined;
  const watching = rules.filter((rule) => !rule.inForce && rule.enforcement === 'strict' && rule.wouldAllow);
  const advising = rules.filter((rule) => rule.enforcement === 'advisory' && rule.applies === 'true');
  return {
    ...(allowing === undefined ? {} : { rule: allowing.title }),
    ...(watching.length === 0 ? {} : { shadow: watching.map(({ title }) => title).join('; ') }),
    ...(advising.length === 0 ? {} : { advisory: advising.map(({ title }) => title).join('; ') }),
  };
}

function without(outcome: Outcome, words: string, evidence: Finding['evidence']): RulebookFinding {
  const finding = { check: rulebookCheck, title: 'Rulebook', outcome, words, evidence, dataAt: null };
  return { finding, rule: null, answer: null, wouldAllow: [] };
}
