// What the checks found: what a person must look at first and in full, what passed in one line.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { formatFiat } from '../../domain/amount.ts';
import type { BudgetLeft } from '../../domain/budget.ts';
import { worstFirst, type Finding, type Outcome } from '../../domain/finding.ts';
import { isTerminal } from '../../domain/lifecycle.ts';
import { rulebookCheck } from '../../domain/verdict.ts';
import { bold, code, name, prose, shortened } from './text.ts';
import { duration } from './when.ts';

const outcomeWords: Readonly<Record<Outcome, string>> = {
  stop: '🛑 *Stop*',
  flag: '🚩 *Look*',
  unavailable: '✋ *Not known*',
  pass: '✅ *Passed*',
};

const maxExceptions = 6;

/** Stops, flags and unavailable checks, worst first; and why automation abstained beyond them. */
export function exceptionLines(view: ApprovalView): readonly string[] {
  const open = exceptionsIn(view);
  const lines = open.slice(0, maxExceptions).map(cardLine);
  const left = open.length - lines.length;
  if (left > 0) lines.push(`… and ${left} more in Details`);
  return [...lines, ...otherReasonLines(view)];
}

/**
 * What rules lack is often the same addresses and accounts that stand in full on the card anyway. Only for the rulebook:
 * a look-alike shortened is no different from what it looks like. Two addresses that differ in a few characters stand
 * one under the other, in letters of one width: only so can anybody compare them.
 */
function cardLine(finding: Finding): string {
  const { recipient, looksLike } = finding.evidence;
  if (recipient !== undefined && looksLike !== undefined) {
    const words = finding.words.replace(recipient, 'the first of these').replace(looksLike, 'the second');
    return [findingLine({ ...finding, words }), code(recipient), code(looksLike)].join('\n');
  }
  if (finding.check !== rulebookCheck) return findingLine(finding);
  return findingLine({ ...finding, words: finding.words.replaceAll(/[A-Za-z0-9-]{24,}/g, shortened) });
}

export function exceptionsIn(view: ApprovalView): readonly Finding[] {
  return worstFirst(view.findings).filter((finding) => finding.outcome !== 'pass');
}

/** Checks that passed, without the rulebook: that it allows something is said by the name of the rule. */
export function passedIn(view: ApprovalView): readonly Finding[] {
  return view.findings.filter(({ outcome, check }) => outcome === 'pass' && check !== rulebookCheck);
}

export function findingLine(finding: Finding): string {
  // No rule about it is nothing to look at: it is why a person is asked.
  const isRulebook = finding.check === rulebookCheck && finding.outcome !== 'pass';
  const lead = isRulebook ? '✋ *Abstained*' : outcomeWords[finding.outcome];
  return `${lead} ${prose(finding.title, 60)}: ${prose(finding.words, isRulebook ? 400 : 240)}`;
}

/** `✅ 7 checks passed`; their names are in Details. */
export function passedLine(view: ApprovalView): string | null {
  const passed = passedIn(view).length;
  const rule = allowingRule(view);
  if (passed === 0 && rule === null) return null;
  const checks = passed === 0 ? [] : [`✅ *${passed === 1 ? '1 check' : `${passed} checks`} passed*`];
  return [...checks, ...(rule === null ? [] : [`the rule ${rule} allows it`])].join('  ·  ');
}

/** The title of the rule that allows it, by the findings that a person sees; null when none does. */
export function allowingRule(view: ApprovalView): string | null {
  const said = view.findings.find((finding) => finding.check === rulebookCheck && finding.outcome === 'pass');
  const title = said?.evidence['rule'] ?? (view.verdict?.kind === 'approve' ? view.verdict.rule : null);
  return title === null ? null : bold(name(title, 150));
}

/** What rules say that nothing rests on: those that are only watched, and those that only advise. */
export function watchedLines(view: ApprovalView): readonly string[] {
  const evidence = view.findings.find((finding) => finding.check === rulebookCheck)?.evidence ?? {};
  const { shadow, advisory } = evidence;
  const lead = view.verdict?.kind === 'approve' ? 'Would also have approved' : 'Would have approved';
  return [
    ...(shadow === undefined ? [] : [`👀 *${lead}*, if it counted: ${prose(shadow, 300)}`]),
    ...(advisory === undefined ? [] : [`💬 *Advice* ${prose(advisory, 300)}`]),
  ];
}

const perWords = { connection: 'in all', wallet: 'for this wallet', recipient: 'for this recipient' } as const;

/** What automation may still approve without anybody being asked; empty where nobody looked or there is no budget. */
export function budgetLines(view: ApprovalView): readonly string[] {
  const left = view.budgetLeft ?? [];
  const windows = [...new Set(left.map(({ windowMs }) => windowMs))];
  const when = isTerminal(view.state) ? 'Budget left after it' : 'Automatic budget left';
  return windows.map((windowMs) => {
    const budgets = left.filter((budget) => budget.windowMs === windowMs).map(budgetWords);
    return `${when} (${duration(windowMs)}): ${budgets.join('; ')}`;
  });
}

function budgetWords({ per, count, amount }: BudgetLeft): string {
  const payments = count === 1 ? '1 payment' : `${count} payments`;
  return `${payments} and ${prose(formatFiat(amount), 60)} ${perWords[per]}`;
}

/** An abstaining verdict repeats its findings; only what is not among them is news. */
export function otherReasonLines(view: ApprovalView): readonly string[] {
  if (view.verdict?.kind !== 'abstain') return [];
  const said = new Set(view.findings.map((finding) => `${finding.title}: ${finding.words}`));
  const ruled = view.findings.some((finding) => finding.check === rulebookCheck && finding.outcome !== 'pass');
  return view.verdict.reasons
    .filter((reason) => !said.has(reason) && !(ruled && reason === 'no rule of the rulebook allows it'))
    .slice(0, 3)
    .map((reason) => `✋ *Abstained* ${prose(reason, 200)}`);
}

export function hasStop(view: ApprovalView): boolean {
  return view.findings.some((finding) => finding.outcome === 'stop');
}

/** Every check passed, and the rulebook simply does not allow it. */
export function onlyRulebookAbstained(view: ApprovalView): boolean {
  const open = view.findings.filter((finding) => finding.outcome !== 'pass');
  return open.length === 1 && open[0]?.check === rulebookCheck && open[0].outcome === 'flag';
}
