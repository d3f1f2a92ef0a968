// What the checks found: what a person must look at first and in full, what passed in one line.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { worstFirst, type Finding, type Outcome } from '../../domain/finding.ts';
import { rulebookCheck } from '../../domain/verdict.ts';
import { prose } from './text.ts';

const outcomeWords: Readonly<Record<Outcome, string>> = {
  stop: '🛑 *Stop*',
  flag: '🚩 *Look*',
  unavailable: '✋ *Not known*',
  pass: '✅ *Passed*',
};

const maxExceptions = 6;

/** Stops, flags and unavailable checks, worst first; and why automation abstained beyond them. */
export function exceptionLines(view: ApprovalView): readonly string[] {
  const open = worstFirst(view.findings).filter((finding) => finding.outcome !== 'pass');
  const lines = open.slice(0, maxExceptions).map(findingLine);
  const left = open.length - lines.length;
  if (left > 0) lines.push(`… and ${left} more in Details`);
  return [...lines, ...otherReasons(view).map((reason) => `✋ *Abstained* ${prose(reason, 200)}`)];
}

export function findingLine(finding: Finding): string {
  return `${outcomeWords[finding.outcome]} ${prose(finding.title, 60)}: ${prose(finding.words, 240)}`;
}

export function passedLine(view: ApprovalView): string | null {
  const passed = view.findings.filter((finding) => finding.outcome === 'pass');
  if (passed.length === 0) return null;
  const titles = passed.slice(0, 8).map((finding) => prose(finding.title, 40));
  const more = passed.length - titles.length;
  return `✅ *${passed.length} passed* ${titles.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An abstaining verdict repeats its findings; only what is not among them is news. */
function otherReasons(view: ApprovalView): readonly string[] {
  if (view.verdict?.kind !== 'abstain') return [];
  const said = new Set(view.findings.map((finding) => `${finding.title}: ${finding.words}`));
  const ruled = view.findings.some((finding) => finding.check === rulebookCheck && finding.outcome !== 'pass');
  return view.verdict.reasons
    .filter((reason) => !said.has(reason) && !(ruled && reason === 'no rule of the rulebook allows it'))
    .slice(0, 3);
}

export function hasStop(view: ApprovalView): boolean {
  return view.findings.some((finding) => finding.outcome === 'stop');
}

/** Every check passed, and the rulebook simply does not allow it. */
export function onlyRulebookAbstained(view: ApprovalView): boolean {
  const open = view.findings.filter((finding) => finding.outcome !== 'pass');
  return open.length === 1 && open[0]?.check === rulebookCheck && open[0].outcome === 'flag';
}
