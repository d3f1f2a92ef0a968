// Everything about one approval in words, for the terminal. Pure.
import { formatFiat, formatUnits, isBaseUnits } from '../domain/amount.ts';
import type { Activity } from '../domain/activity.ts';
import type { ApprovalView, PersonRef } from '../domain/approval-view.ts';
import type { BudgetLeft } from '../domain/budget.ts';
import { worstFirst } from '../domain/finding.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import { printable, table, type Terminal } from './terminal.ts';
import { amountOf, subjectOf, waitsFor } from './waiting.ts';
import { instant, plural, span } from './words.ts';

export type AuditLine = { seq: number; at: number; event: string; actor: string; details: string };

type Paint = Terminal['paint'];

export function describeApproval(view: ApprovalView, trail: readonly AuditLine[], paint: Paint): readonly string[] {
  return [
    paint('bold', `${view.state.toUpperCase()}: ${subjectOf(view)}`),
    ...pairs(headPairs(view)),
    ...listed(paint, 'Waits for', waitsFor(view)),
    ...listed(
      paint,
      `Content changed ${view.revision} times, last`,
      view.revision === 0 ? [] : view.changes.map(printable),
    ),
    ...factLines(view, paint),
    ...groupLines(view, paint),
    ...listed(paint, 'Votes in Slack', view.votes.map(voteLine)),
    ...listed(paint, 'Rejections that hold it', view.holds.map(holdLine)),
    ...describeFindings(view.findings, paint),
    ...listed(paint, 'Automation', [...verdictLines(view), ...(view.budgetLeft ?? []).map(budgetLine)]),
    ...listed(paint, 'Decision', decisionLines(view)),
    ...listed(paint, 'Sent to the platform', view.submissions.map(submissionLine)),
    ...listed(
      paint,
      'Decided on the platform',
      view.platformDecisions.map(
        ({ who, value, ours }) => `${printable(who)}${ours ? ' (our account)' : ''}: ${value}`,
      ),
    ),
    ...trailLines(trail, paint),
  ];
}

function headPairs(view: ApprovalView): readonly (readonly [string, string])[] {
  const end =
    view.endedAt === null
      ? []
      : [['Ended', `${instant(view.endedAt)}${view.endedElsewhere ? ', not by our decision' : ''}`] as const];
  return [
    ['Id here', view.id],
    ['Id there', `${printable(view.platformId)} (${view.platform})`],
    ['Connection', `${view.connection}, mode ${view.mode}`],
    ['Seen', `${instant(view.seenAt)} (${span(view.now - view.seenAt)} ago)`],
    ['Expires', view.expiresAt === null ? 'never' : instant(view.expiresAt)],
    ...end,
    ...(view.stateReason === null ? [] : [['Reason', printable(view.stateReason)] as const]),
    ['Asked by', initiatorWords(view)],
    ['Fingerprint', view.fingerprint ?? 'none: it was not read yet'],
    ['Decide there', view.decideUrl],
  ];
}

function initiatorWords({ initiator }: ApprovalView): string {
  const who =
    initiator.person === null ? '' : `${initiator.serviceAccount ? ', run by' : ','} ${personWords(initiator.person)}`;
  return `${printable(initiator.account)}${initiator.serviceAccount ? ', a service account' : ''}${who}`;
}

function factLines(view: ApprovalView, paint: Paint): readonly string[] {
  const activity = view.approval?.activity;
  if (activity === undefined) return [];
  const facts: (readonly [string, string])[] = [
    ['Kind', `${activity.kind} (${printable(activity.platformKind)})`],
    ['Amount', amountOf(view) ?? printable(activity.amountBase ?? 'not stated')],
    ...(view.value === null ? [] : [['Worth', `about ${formatFiat(view.value)} by the platform's quote`] as const]),
    ['Network', printable(activity.network ?? 'not stated')],
    ...(activity.wallet === null ? [] : [['Wallet', walletWords(activity.wallet)] as const]),
    ...activity.destinations.map((each) => ['To', destinationWords(each, activity)] as const),
    ...(view.firstPayment === null ? [] : [['Paid before', view.firstPayment ? 'no, first payment' : 'yes'] as const]),
    ...(activity.asset === null ? [] : [['Asset', assetWords(activity.asset)] as const]),
    ...decodedPairs(activity),
    ...(activity.memo === null ? [] : [['Memo', printable(activity.memo)] as const]),
    ...(activity.externalId === null ? [] : [['Reference', printable(activity.externalId)] as const]),
    ...activity.unread.map((words) => ['Not read', printable(words)] as const),
    ...activity.facts.map(({ label, value }) => [printable(label), printable(value)] as const),
  ];
  return ['', paint('bold', 'What'), ...pairs(facts)];
}

function walletWords({ id, name }: NonNullable<Activity['wallet']>): string {
  return `${printable(id)}${name === null ? '' : ` (${printable(name)})`}`;
}

function destinationWords(each: Activity['destinations'][number], { asset, destinations }: Activity): string {
  const decimals = asset?.decimals ?? null;
  const alone = destinations.length === 1 || each.amountBase === null || decimals === null;
  if (alone || !isBaseUnits(each.amountBase)) return printable(each.address);
  return `${printable(each.address)}: ${formatUnits(each.amountBase, decimals)}`;
}

function assetWords({ standard, reference, symbol, verified }: NonNullable<Activity['asset']>): string {
  const what = reference === null ? "the network's own coin" : printable(reference);
  return `${printable(symbol ?? 'no symbol')}, ${printable(standard)}, ${what}${verified === false ? ', not verified by the platform' : ''}`;
}

function decodedPairs({ decoded, blind }: Activity): readonly (readonly [string, string])[] {
  const signed: (readonly [string, string])[] = blind ? [['Signs', 'a bare hash: nobody can see what it does']] : [];
  switch (decoded?.kind) {
    case undefined:
      return signed;
    case 'transfer':
      return [...signed, ['Decoded', `transfer of ${decoded.amountBase} base units to ${printable(decoded.to)}`]];
    case 'other':
      return [...signed, ['Decoded', `${printable(decoded.words)}${decoded.dangerous ? ' (dangerous)' : ''}`]];
    case 'undecodable':
      return [...signed, ['Decoded', `not possible: ${printable(decoded.reason)}`]];
  }
}

function groupLines(view: ApprovalView, paint: Paint): readonly string[] {
  const lines = view.standing.map((entry) => {
    const name = `"${printable(entry.group.name)}"`;
    const eligible = entry.eligible.map((person) => printable(person.name)).join(', ');
    const votes = `${entry.approvedBy.length} of ${entry.quorum} votes`;
    return entry.route.kind === 'slack'
      ? `${name}, in Slack: ${votes} (${entry.approvedBy.map(printable).join(', ') || 'nobody yet'}); may vote: ${eligible || 'nobody'}`
      : `${name}, on the platform: ${entry.platformApproved} of ${entry.group.quorum} (${entry.route.reasons.map(printable).join('; ')})`;
  });
  return listed(paint, 'Groups', [...lines, ...view.standing.flatMap((entry) => entry.unreachable.map(printable))]);
}

function voteLine(vote: ApprovalView['votes'][number]): string {
  const reason = vote.reason === null ? '' : `: ${printable(vote.reason)}`;
  return `${personWords(vote.person)} ${vote.choice === 'approve' ? 'approved' : 'rejected'} ${instant(vote.castAt)}${reason}`;
}

function holdLine(hold: ApprovalView['holds'][number]): string {
  const asked = hold.liftAskedBy === null ? '' : `; ${printable(hold.liftAskedBy.name)} asks to lift it`;
  const who = `${personWords(hold.person)}${hold.byInitiator ? ', who asked for it' : ''}`;
  return `${who}, ${instant(hold.placedAt)}: ${printable(hold.reason)}${asked}`;
}

const marks = {
  pass: ['green', '✓'],
  flag: ['yellow', '!'],
  stop: ['red', '✗'],
  unavailable: ['yellow', '?'],
} as const;

/** Worst first, each with its evidence; below them the rulebook, rule by rule, of which nothing is left out. */
export function describeFindings(findings: ApprovalView['findings'], paint: Paint): readonly string[] {
  const rulebook = findings.find(({ check }) => check === rulebookCheck);
  return [
    ...listed(
      paint,
      'Checks',
      worstFirst(findings).flatMap((found) => findingLines(found, paint)),
    ),
    ...listed(paint, 'The rulebook, rule by rule', traceLines(rulebook?.evidence['trace'] ?? '', paint)),
  ];
}

const evidenceTold: ReadonlySet<string> = new Set(['trace', 'rule']);

/** What is open with its evidence; what passed in one line. */
function findingLines(found: ApprovalView['findings'][number], paint: Paint): readonly string[] {
  const [colour, mark] = marks[found.outcome];
  const age = found.dataAt === null ? [] : [`data of ${instant(found.dataAt)}`];
  const line = `${paint(colour, mark)} ${printable(found.title)}: ${printable(found.words)}`;
  if (found.outcome === 'pass') return [age.length === 0 ? line : `${line} ${paint('dim', `(${age[0]})`)}`];
  const evidence = Object.entries(found.evidence)
    .filter(([label]) => found.check !== rulebookCheck || !evidenceTold.has(label))
    .map(([label, value]) => `${printable(label)}: ${printable(value)}`);
  return [line, ...[...evidence, ...age].map((words) => paint('dim', `    ${words}`))];
}

const truthColours = { yes: 'green', no: 'dim', unknown: 'yellow' } as const;

function traceLines(trace: string, paint: Paint): readonly string[] {
  return trace.split('\n').flatMap((line): readonly string[] => {
    if (line === '') return [];
    const [, indent = '', mark, words = ''] = /^( *)(yes|no|unknown) (.*)$/u.exec(line) ?? [];
    if (mark !== 'yes' && mark !== 'no' && mark !== 'unknown') return printableWhole(line);
    const [first = '', ...others] = printableWhole(words);
    return [`${indent}${paint(truthColours[mark], mark.padEnd(7))} ${first}`, ...others];
  });
}

/** `printable` cuts what is long; a long list in a rule goes on in the next line instead. */
function printableWhole(text: string): readonly string[] {
  const whole = printable(text);
  if (!whole.endsWith('…') || whole.length <= pieceLength * longestSpelling) return [whole];
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / pieceLength) }, (_, at) =>
    printable(characters.slice(at * pieceLength, (at + 1) * pieceLength).join('')),
  );
}

/** A character that is spelled out takes ten. */
const longestSpelling = 10;
const pieceLength = 180;

function verdictLines({ verdict, findings }: ApprovalView): readonly string[] {
  if (verdict === null) return [];
  if (verdict.kind === 'approve') {
    const title = findings.find(({ check }) => check === rulebookCheck)?.evidence['rule'];
    return [`approves by the rule "${printable(title ?? verdict.rule)}" (${printable(verdict.rule)})`];
  }
  // What the checks above say is not said twice.
  const said = new Set(findings.map(({ title, words }) => `${title}: ${words}`));
  const others = verdict.reasons.filter((reason) => !said.has(reason));
  return ['abstains', ...others.map((reason) => `  because ${printable(reason)}`)];
}

const perWords = { connection: 'in all', wallet: 'for this wallet', recipient: 'for this recipient' } as const;

function budgetLine({ per, windowMs, count, amount }: BudgetLeft): string {
  return `budget left in ${span(windowMs)}: ${plural(count, 'payment')} and ${formatFiat(amount)} ${perWords[per]}`;
}

function decisionLines({ decision, decidedBy }: ApprovalView): readonly string[] {
  if (decision === null) return [];
  const { basis } = decision;
  const who = decidedBy.map(personWords).join(', ') || 'the checks alone';
  return [
    `${basis.value === 'approved' ? 'Approved' : 'Denied'}, ${instant(decision.decidedAt)}, resting on ${who}`,
    ...(basis.value === 'denied' ? [`Reason: ${printable(basis.reason)}`] : []),
    decision.firstAttemptAt === null
      ? `To be sent ${instant(decision.sendAfter)}`
      : `First sent ${instant(decision.firstAttemptAt)}; it never changes any more`,
    ...(decision.withdrawnAt === null
      ? []
      : [`Withdrawn ${instant(decision.withdrawnAt)}: ${printable(decision.withdrawnWhy ?? 'no reason recorded')}`]),
  ];
}

function submissionLine({ attempt, startedAt, outcome, reason }: ApprovalView['submissions'][number]): string {
  return `attempt ${attempt}, ${instant(startedAt)}: ${outcome ?? 'under way'}${reason === null ? '' : `, ${printable(reason)}`}`;
}

function trailLines(trail: readonly AuditLine[], paint: Paint): readonly string[] {
  if (trail.length === 0) return [];
  const rows = trail.map(({ seq, at, event, actor, details }) => [
    `#${seq}`,
    instant(at),
    event,
    printable(actor),
    paint('dim', printable(details)),
  ]);
  return ['', paint('bold', 'Audit log'), ...table(rows).map((line) => `  ${line}`)];
}

function personWords(person: PersonRef): string {
  return `${printable(person.name)} (${printable(person.id)})`;
}

function pairs(entries: readonly (readonly [string, string])[]): readonly string[] {
  return table(entries.map(([label, value]) => [`  ${label}`, value]));
}

function listed(paint: Paint, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];
}
