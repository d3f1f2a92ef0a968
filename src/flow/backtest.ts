// Stored approvals through a draft rulebook: what it would have approved, beside the one in force and what people did.
import type { Context } from '../context.ts';
import { countPast, pageOfPast, type PastApproval, type PastQuery } from '../db/past-approvals.ts';
import type { Db } from '../db/connect.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Activity } from '../domain/activity.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { judgePast, type Answers, type Question } from './judge-past.ts';
import { outcomeOf, rejecters, type Outcome } from './past-outcome.ts';

export type { Outcome } from './past-outcome.ts';

/** How often each would have approved. `inForce` is null where none is, `liveDraft` where every rule is live already. */
export type Tally = {
  readonly approvals: number;
  readonly draft: number;
  readonly liveDraft: number | null;
  readonly inForce: number | null;
};

/** Worst first. */
export const differenceKinds = [
  'approves-rejected',
  'approves-cancelled',
  'approves-undecided',
  'approves-more',
  'approves-less',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export type Difference = {
  readonly kind: DifferenceKind;
  readonly id: string;
  readonly platformId: string;
  readonly connection: string;
  readonly seenAt: EpochMs;
  readonly outcome: Outcome;
  /** Who rejected it: ids of people, or accounts on the platform. */
  readonly rejectedBy: readonly string[];
  readonly draft: { readonly approves: boolean; readonly words: string };
  readonly inForce: { readonly approves: boolean; readonly words: string } | null;
  readonly activity: Pick<Activity, 'kind' | 'network' | 'asset' | 'amountBase' | 'destinations'>;
};

export type Backtest = {
  readonly since: EpochMs;
  readonly approvals: number;
  /** Never read from their platform, or evaluated by nobody and nothing: there is nothing to judge. */
  readonly unread: number;
  /** Judged without what the checks said then, by those that need nothing but the approval itself. */
  readonly withoutChecks: number;
  readonly totals: Readonly<Record<Outcome, Tally>>;
  readonly counts: Readonly<Record<DifferenceKind, number>>;
  /** The worst ones, newest first within a kind; `counts` counts them all. */
  readonly differences: readonly Difference[];
};

export type BacktestInput = {
  readonly draft: Rulebook;
  readonly inForce: Question['inForce'];
  readonly days: number;
  readonly connection: string | null;
  /** Differences to keep of each kind. */
  readonly keep: number;
  readonly pageSize?: number;
  readonly onProgress?: (done: number, of: number) => void;
};

const dayMs = 86_400_000;

/** Reads a page at a time and keeps sums and the worst differences: a year of approvals needs no more memory than a day. */
export async function backtest(
  ctx: Pick<Context, 'db' | 'now' | 'platforms'>,
  input: BacktestInput,
): Promise<Backtest> {
  const since = ctx.now() - input.days * dayMs;
  const query: PastQuery = { since, connection: input.connection };
  const all = await countPast(ctx.db, query);
  const live = asLive(input.draft);
  const question: Question = { draft: input.draft, liveDraft: live, inForce: input.inForce };
  const sums = createSums(input.keep, { hasLive: live !== null, hasInForce: input.inForce !== null });
  let done = 0;
  for await (const past of walk(ctx.db, query, input.pageSize ?? 200)) {
    const serviceAccount = ctx.platforms.get(past.connection)?.serviceAccount ?? '';
    sums.add(past, await judgePast(ctx.db, past, question, serviceAccount), serviceAccount);
    done += 1;
    input.onProgress?.(done, Math.max(done, all));
  }
  return { since, ...sums.result() };
}

async function* walk(db: Db, query: PastQuery, limit: number): AsyncGenerator<PastApproval> {
  let after: string | null = null;
  for (;;) {
    const page: readonly PastApproval[] = await pageOfPast(db, { ...query, after, limit });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

/** Every strict rule live: what an import in shadow is meant to become. Null when that changes nothing. */
export function asLive(rulebook: Rulebook): Rulebook | null {
  let changed = false;
  const sets = rulebook.sets.map((set) => ({
    ...set,
    rules: set.rules.map((rule) => {
      if (rule.enforcement !== 'strict' || rule.stage.kind === 'live') return rule;
      changed = true;
      return { ...rule, stage: { kind: 'live' } as const };
    }),
  }));
  return changed ? { ...rulebook, sets } : null;
}

type Sums = { approvals: number; draft: number; liveDraft: number; inForce: number };

const noSums = (): Sums => ({ approvals: 0, draft: 0, liveDraft: 0, inForce: 0 });

function createSums(keep: number, { hasLive, hasInForce }: { hasLive: boolean; hasInForce: boolean }) {
  const totals: Record<Outcome, Sums> = {
    rejected: noSums(),
    cancelled: noSums(),
    'approved-by-people': noSums(),
    'approved-elsewhere': noSums(),
    'approved-automatically': noSums(),
    expired: noSums(),
    failed: noSums(),
    open: noSums(),
  };
  const counts: Record<DifferenceKind, number> = {
    'approves-rejected': 0,
    'approves-cancelled': 0,
    'approves-undecided': 0,
    'approves-more': 0,
    'approves-less': 0,
  };
  const kept = new Map<DifferenceKind, Difference[]>(differenceKinds.map((kind) => [kind, []]));
  let [approvals, unread, withoutChecks] = [0, 0, 0];
  const tallyOf = (sums: Sums): Tally => ({
    ...sums,
    liveDraft: hasLive ? sums.liveDraft : null,
    inForce: hasInForce ? sums.inForce : null,
  });
  return {
    add: (past: PastApproval, answers: Answers | null, serviceAccount: string): void => {
      approvals += 1;
      if (answers === null) {
        unread += 1;
        return;
      }
      if (answers.checks === 'asked-now') withoutChecks += 1;
      const outcome = outcomeOf(past, serviceAccount);
      const sums = totals[outcome];
      sums.approvals += 1;
      sums.draft += Number(answers.draft.approves);
      sums.liveDraft += Number(answers.liveDraft?.approves === true);
      sums.inForce += Number(answers.inForce?.approves === true);
      const kind = differenceOf(outcome, answers);
      if (kind === null) return;
      counts[kind] += 1;
      keepNewest(kept.get(kind) ?? [], describe(kind, past, { outcome, answers, serviceAccount }), keep);
    },
    result: (): Omit<Backtest, 'since'> => ({
      approvals,
      unread,
      withoutChecks,
      totals: {
        rejected: tallyOf(totals.rejected),
        cancelled: tallyOf(totals.cancelled),
        'approved-by-people': tallyOf(totals['approved-by-people']),
        'approved-elsewhere': tallyOf(totals['approved-elsewhere']),
        'approved-automatically': tallyOf(totals['approved-automatically']),
        expired: tallyOf(totals.expired),
        failed: tallyOf(totals.failed),
        open: tallyOf(totals.open),
      },
      counts,
      differences: differenceKinds.flatMap((kind) => newestFirst(kept.get(kind) ?? []).slice(0, keep)),
    }),
  };
}

/** What people rejected is worth telling even where the one in force would have approved it too. */
function differenceOf(outcome: Outcome, { draft, inForce }: Answers): DifferenceKind | null {
  if (draft.approves && outcome === 'rejected') return 'approves-rejected';
  if (draft.approves && outcome === 'cancelled') return 'approves-cancelled';
  const before = inForce?.approves ?? false;
  if (draft.approves === before) return null;
  if (!draft.approves) return 'approves-less';
  return ['expired', 'failed', 'open'].includes(outcome) ? 'approves-undecided' : 'approves-more';
}

/** Twice as many at most, so that sorting is rare. */
function keepNewest(kept: Difference[], difference: Difference, keep: number): void {
  kept.push(difference);
  if (kept.length <= Math.max(1, keep) * 2) return;
  const newest = newestFirst(kept).slice(0, keep);
  kept.splice(0, kept.length, ...newest);
}

function newestFirst(differences: readonly Difference[]): readonly Difference[] {
  return differences.toSorted((a, b) => b.seenAt - a.seenAt || (a.id < b.id ? -1 : 1));
}

function describe(
  kind: DifferenceKind,
  past: PastApproval,
  around: { outcome: Outcome; answers: Answers; serviceAccount: string },
): Difference {
  const { answers } = around;
  const { network, asset, amountBase, destinations } = answers.activity;
  return {
    kind,
    id: past.id,
    platformId: past.platformId,
    connection: past.connection,
    seenAt: past.seenAt,
    outcome: around.outcome,
    rejectedBy: around.outcome === 'rejected' ? rejecters(past, around.serviceAccount) : [],
    draft: { approves: answers.draft.approves, words: answers.draft.words() },
    inForce: answers.inForce === null ? null : { approves: answers.inForce.approves, words: answers.inForce.words() },
    activity: { kind: answers.activity.kind, network, asset, amountBase, destinations },
  };
}
