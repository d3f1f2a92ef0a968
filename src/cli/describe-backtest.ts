// A backtest in words, for the terminal: totals first, then the differences, worst first. Pure.

import type { Person } from '../domain/person.ts';
import { accountsOf } from '../domain/person.ts';
import {
  differenceKinds,
  type Backtest,
  type Difference,
  type DifferenceKind,
  type Outcome,
  type Tally,
} from '../flow/backtest.ts';
import type { NamedRulebook } from './read-rulebook.ts';
import { printable, table, type Terminal } from './terminal.ts';
import { amountIn } from './waiting.ts';
import { instant, plural } from './words.ts';

type Paint = Terminal['paint'];

const outcomeWords: Readonly<Record<Outcome, string>> = {
  rejected: 'rejected by people',
  cancelled: 'cancelled by who asked',
  'approved-by-people': 'approved by people here',
  'approved-elsewhere': 'approved on the platform',
  'approved-automatically': 'approved automatically',
  expired: 'expired',
  failed: 'failed',
  open: 'still open',
};

/** Below this a table of five columns wraps; the same numbers then stand in lines. */
const narrowest = 64;

export function describeBacktest(input: {
  readonly result: Backtest;
  readonly named: NamedRulebook;
  readonly days: number;
  readonly people: readonly Person[];
  readonly terminal: Pick<Terminal, 'paint' | 'columns'>;
}): readonly string[] {
  const { result, named, days, terminal } = input;
  const { paint } = terminal;
  const isNarrow = terminal.columns !== null && terminal.columns < narrowest;
  return [
    paint(
      'bold',
      `${printable(named.name)}, on ${plural(result.approvals, 'approval')} of the last ${plural(days, 'day')}`,
    ),
    ...(result.unread === 0 ? [] : [`${plural(result.unread, 'approval')} never read from the platform: not judged`]),
    ...(result.withoutChecks === 0
      ? []
      : [`${plural(result.withoutChecks, 'approval')} ended before any evaluation: judged without lists and history`]),
    '',
    ...(isNarrow ? stackedTotals(result) : totalsTable(result)),
    '',
    ...summaryLines(result, paint),
    ...differenceKinds.flatMap((kind) => differencesOf(kind, input)),
  ];
}

type Column = { readonly title: string; readonly count: (tally: Tally) => number | null };

const columns: readonly Column[] = [
  { title: 'ALL', count: ({ approvals }) => approvals },
  { title: 'DRAFT', count: ({ draft }) => draft },
  { title: 'ALL LIVE', count: ({ liveDraft }) => liveDraft },
  { title: 'IN FORCE', count: ({ inForce }) => inForce },
];

function rowsOf({ totals }: Backtest): readonly { readonly words: string; readonly tally: Tally }[] {
  const rows: readonly { words: string; tally: Tally }[] = [
    { words: outcomeWords.rejected, tally: totals.rejected },
    { words: outcomeWords.cancelled, tally: totals.cancelled },
    { words: outcomeWords['approved-by-people'], tally: totals['approved-by-people'] },
    { words: outcomeWords['approved-elsewhere'], tally: totals['approved-elsewhere'] },
    { words: outcomeWords['approved-automatically'], tally: totals['approved-automatically'] },
    { words: outcomeWords.expired, tally: totals.expired },
    { words: outcomeWords.failed, tally: totals.failed },
    { words: outcomeWords.open, tally: totals.open },
  ];
  return rows.filter(({ tally }) => tally.approvals > 0);
}

function shownColumns({ totals }: Backtest): readonly Column[] {
  return columns.filter(({ count }) => count(totals.rejected) !== null);
}

/** Numbers end in one column, so that they can be compared at a glance. */
function totalsTable(result: Backtest): readonly string[] {
  const shown = shownColumns(result);
  const numbers = rowsOf(result).map(({ words, tally }) => [words, ...shown.map(({ count }) => String(count(tally)))]);
  const rows = [['', ...shown.map(({ title }) => title)], ...numbers];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length))) ?? [];
  return table(rows.map((row) => row.map((cell, at) => (at === 0 ? cell : cell.padStart(widths[at] ?? 0)))));
}

function stackedTotals(result: Backtest): readonly string[] {
  const shown = shownColumns(result);
  return rowsOf(result).flatMap(({ words, tally }) => [
    `${words}: ${tally.approvals}`,
    ...shown.slice(1).map(({ title, count }) => `  ${title.toLowerCase()}: ${count(tally)}`),
  ]);
}

function summaryLines({ totals, counts }: Backtest, paint: Paint): readonly string[] {
  const all = Object.values(totals);
  const sum = (count: (tally: Tally) => number | null): number =>
    all.reduce((total, tally) => total + (count(tally) ?? 0), 0);
  const [draft, live, inForce] = [
    sum((tally) => tally.draft),
    sum((tally) => tally.liveDraft),
    sum((tally) => tally.inForce),
  ];
  const hasLive = all.some(({ liveDraft }) => liveDraft !== null);
  const rejected = counts['approves-rejected'];
  return [
    rejected > 0
      ? paint('red', `✗ It would have approved ${plural(rejected, 'approval')} that a person rejected.`)
      : paint('green', '✓ It would have approved nothing that a person rejected.'),
    `It approves ${draft}; the one in force approves ${inForce}.`,
    ...(hasLive ? [`With every rule live it would approve ${live}: --as-live lists them.`] : []),
  ];
}

const kindWords: Readonly<Record<DifferenceKind, string>> = {
  'approves-rejected': 'It approves what people rejected',
  'approves-cancelled': 'It approves what was cancelled by who asked for it',
  'approves-undecided': 'It approves what nobody approved',
  'approves-more': 'It approves what people had to',
  'approves-less': 'It leaves to people what the one in force approves',
};

function differencesOf(kind: DifferenceKind, input: Parameters<typeof describeBacktest>[0]): readonly string[] {
  const { result, terminal } = input;
  const { paint } = terminal;
  const total = result.counts[kind];
  if (total === 0) return [];
  const shown = result.differences.filter((difference) => difference.kind === kind);
  const more = total - shown.length;
  const colour = kind === 'approves-rejected' ? 'red' : kind === 'approves-less' ? 'dim' : 'yellow';
  return [
    '',
    paint('bold', `${kindWords[kind]} (${total})`),
    ...shown.flatMap((difference) => [
      `${paint(colour, '●')} ${subjectOf(difference)}, ${endOf(difference, input.people)}`,
      `  ${instant(difference.seenAt)}  ${printable(difference.connection)}  ${printable(difference.platformId)}`,
      `  draft: ${printable(difference.draft.words)}`,
      ...(difference.inForce === null ? [] : [`  in force: ${printable(difference.inForce.words)}`]),
    ]),
    ...(more > 0 ? [`  … and ${more} more: --limit, or --json`] : []),
  ];
}

function subjectOf({ activity }: Difference): string {
  const amount = amountIn(activity) ?? activity.kind;
  const [to, ...others] = activity.destinations;
  if (to === undefined) return amount;
  return `${amount} to ${printable(to.address)}${others.length > 0 ? ` and ${plural(others.length, 'other')}` : ''}`;
}

function endOf({ outcome, rejectedBy, connection }: Difference, people: readonly Person[]): string {
  const names = rejectedBy.map((id) => {
    const person = people.find((each) => each.id === id || accountsOf(each, connection).includes(id));
    return printable(person?.name ?? id);
  });
  return names.length === 0 ? outcomeWords[outcome] : `rejected by ${[...new Set(names)].join(', ')}`;
}
