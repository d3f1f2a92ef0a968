// What automation may say: approve, or abstain. There is no third word, so no code path can deny.
import type { Finding } from './finding.ts';

export type Verdict =
  | { readonly kind: 'approve'; readonly rule: string; readonly reasons: readonly string[] }
  | { readonly kind: 'abstain'; readonly reasons: readonly string[] };

/** The name under which the rulebook's answer stands among the findings. */
export const rulebookCheck = 'rulebook';

/**
 * Approves only when every required check is present exactly once and passed, and the rulebook's own finding passed.
 * Anything else, an empty list and a finding of an unknown check that did not pass included, abstains and says why.
 */
export function reachVerdict(input: {
  readonly findings: readonly Finding[];
  readonly required: readonly string[];
  readonly rule: string | null;
}): Verdict {
  const reasons: string[] = [];
  for (const name of new Set([rulebookCheck, ...input.required])) {
    const found = input.findings.filter((finding) => finding.check === name);
    if (found.length !== 1) reasons.push(`the check "${name}" gave ${found.length} findings instead of one`);
  }
  for (const finding of input.findings) {
    if (finding.outcome !== 'pass') reasons.push(`${finding.title}: ${finding.words}`);
  }
  if (input.rule === null) reasons.push('no rule of the rulebook allows it');
  if (reasons.length > 0 || input.rule === null) return { kind: 'abstain', reasons };
  return { kind: 'approve', rule: input.rule, reasons: input.findings.map((finding) => finding.words) };
}
