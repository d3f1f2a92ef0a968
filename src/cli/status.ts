// countersign status: what waits and why, the switches, and how much work is left.
import type { Command } from 'commander';
import { openApprovals, type ApprovalRow } from '../db/approvals.ts';
import { readFigures } from '../db/figures.ts';
import { readSwitches, switchNames, type Switch } from '../db/switches.ts';
import type { EpochMs } from '../domain/amount.ts';
import { listAttention, type AttentionEntry } from '../flow/list-attention.ts';
import { viewApproval } from '../flow/view-approval.ts';
import { createLogger } from '../log.ts';
import type { QueueDepth } from '../queue/queue.ts';
import { openQueue } from '../queue/queue.ts';
import { runConfigured, wordsOf, type CommandDeps, type ExitCode } from './command.ts';
import { withContext, type Opened } from './open-context.ts';
import { lookAtRulebook, type RulebookLook } from './rulebook-look.ts';
import { printable, table, type Terminal } from './terminal.ts';
import { subjectOf, waitsFor } from './waiting.ts';
import { instant, plural, span } from './words.ts';

export type Waiting = {
  readonly id: string;
  readonly connection: string;
  readonly platformId: string;
  readonly state: string;
  readonly seenAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly subject: string;
  readonly waitsFor: readonly string[];
};

export type QueueLook =
  | { readonly kind: 'answers'; readonly backend: string; readonly depth: QueueDepth }
  | { readonly kind: 'silent'; readonly words: string };

export type Status = {
  readonly now: EpochMs;
  readonly where: string;
  readonly switches: readonly Switch[];
  readonly attention: readonly AttentionEntry[];
  readonly open: readonly Waiting[];
  /** Open approvals that `open` leaves out. */
  readonly notShown: number;
  readonly rulebook: RulebookStanding;
  readonly queue: QueueLook;
  readonly figures: Awaited<ReturnType<typeof readFigures>>;
};

/** More than that on one screen is not read; the figures count them all. */
const maxShown = 100;

export function addStatus(program: Command, deps: CommandDeps): void {
  program
    .command('status')
    .description('what waits and why, the switches, and the work that is left')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Looks at the configured database, or at the one that a running \`countersign start\` keeps in DATA_DIR.

Examples:
  countersign status
  countersign status --json`,
    )
    .action((options: { json?: true }) =>
      runConfigured(deps, (config) =>
        withContext(config, async (opened): Promise<ExitCode> => {
          const status = await readStatus(opened);
          if (options.json === true) deps.terminal.out(JSON.stringify(status));
          else for (const line of describeStatus(status, deps.terminal.paint)) deps.terminal.out(line);
          return 0;
        }),
      ),
    );
}

async function readStatus({ ctx, databaseUrl, where }: Opened): Promise<Status> {
  const open = await openApprovals(ctx.db);
  const [look, switches, attention, figures, queue, waiting] = await Promise.all([
    lookAtRulebook(ctx.config, ctx.db),
    readSwitches(ctx.db),
    listAttention(ctx),
    readFigures(ctx.db, ctx.now()),
    lookAtQueue({ redisUrl: ctx.config.redisUrl, databaseUrl }),
    Promise.all(open.slice(0, maxShown).map((row) => readWaiting(ctx, row))),
  ]);
  const notShown = open.length - waiting.length;
  return {
    now: ctx.now(),
    where,
    switches,
    attention,
    open: waiting,
    notShown,
    rulebook: standingOf(look),
    queue,
    figures,
  };
}

async function readWaiting(ctx: Opened['ctx'], row: ApprovalRow): Promise<Waiting> {
  const view = await viewApproval(ctx, row.id);
  const { id, connection, platformId, state, seenAt, expiresAt } = row;
  return {
    id,
    connection,
    platformId,
    state,
    seenAt,
    expiresAt,
    subject: view === null ? 'unknown' : subjectOf(view),
    waitsFor: view === null ? ['its connection, which is not configured any more'] : waitsFor(view),
  };
}

async function lookAtQueue(options: { redisUrl: string | null; databaseUrl: string }): Promise<QueueLook> {
  try {
    const queue = await openQueue({ ...options, log: createLogger('silent') });
    try {
      return { kind: 'answers', backend: queue.backend, depth: await queue.depth() };
    } finally {
      await queue.close();
    }
  } catch (error) {
    // The queue is not the truth: without it everything else can still be told.
    return { kind: 'silent', words: wordsOf(error) };
  }
}

function describeStatus(status: Status, paint: Terminal['paint']): readonly string[] {
  return [
    `${paint('bold', 'Countersign')} at ${instant(status.now)}, database: ${status.where}`,
    '',
    ...switchNames.map((name) => switchLine(name, status, paint)),
    rulebookLine(status.rulebook, paint),
    queueLine(status.queue, paint),
    workLine(status),
    '',
    ...attentionLines(status, paint),
    ...openLines(status, paint),
  ];
}

function switchLine(name: Switch['name'], status: Status, paint: Terminal['paint']): string {
  const found = status.switches.find((each) => each.name === name);
  const title = name.padEnd(11);
  if (found === undefined) return `${title} ${paint('red', 'off')}: not in the database`;
  if (found.isOn) return `${title} ${paint('green', 'on')}`;
  const asked = found.resumeAskedBy === null ? '' : `; ${printable(found.resumeAskedBy)} asks to resume`;
  const since = span(status.now - found.changedAt);
  return `${title} ${paint('red', 'off')} for ${since}, by ${printable(found.changedBy)}: ${printable(found.reason)}${asked}`;
}

/** Without its rules: what it says is `countersign rulebook show`. */
export type RulebookStanding = {
  readonly id: number | null;
  readonly why: string | null;
  readonly appliedBy: string | null;
  readonly appliedAt: EpochMs | null;
  readonly fallen: readonly string[];
  readonly fileWasApplied: boolean;
};

function standingOf({ inForce, appliedBy, appliedAt, fallen, fileWasApplied }: RulebookLook): RulebookStanding {
  const [id, why] = inForce.kind === 'in-force' ? [inForce.id, null] : [null, inForce.why];
  return { id, why, appliedBy, appliedAt, fallen: fallen.map(({ ruleId }) => ruleId), fileWasApplied };
}

function rulebookLine(
  { id, why, appliedBy, appliedAt, fallen, fileWasApplied }: RulebookStanding,
  paint: Terminal['paint'],
): string {
  if (id === null) return `rulebook    ${paint('yellow', 'none')}: ${printable(why ?? '')}; nothing is automatic`;
  const applied = appliedAt === null ? '' : `, applied by ${printable(appliedBy ?? '')} at ${instant(appliedAt)}`;
  const shadow =
    fallen.length === 0 ? '' : `; ${paint('yellow', 'fell back to shadow')}: ${fallen.map(printable).join(', ')}`;
  const file = fileWasApplied ? '' : `; ${paint('yellow', 'the file of the configuration was never applied')}`;
  return `rulebook    #${id}${applied}${shadow}${file}`;
}

function queueLine(queue: QueueLook, paint: Terminal['paint']): string {
  if (queue.kind === 'silent') return `queue       ${paint('red', 'does not answer')}: ${queue.words}`;
  const { waiting, active, delayed } = queue.depth;
  return `queue       ${queue.backend}: ${waiting} waiting, ${active} active, ${delayed} delayed`;
}

function workLine({ figures }: Status): string {
  const left = figures.tasks.reduce((sum, task) => sum + task.count, 0);
  const failing = figures.tasks.reduce((sum, task) => sum + task.failing, 0);
  const kinds = figures.tasks.map((task) => `${task.kind} ${task.count}`).join(', ');
  return `outbox      ${plural(left, 'task')} left${failing > 0 ? `, ${failing} of them failed before` : ''}${kinds === '' ? '' : ` (${kinds})`}`;
}

function attentionLines({ attention, now }: Status, paint: Terminal['paint']): readonly string[] {
  if (attention.length === 0) return [`${paint('green', '✓')} Nothing needs attention.`, ''];
  return [
    paint('bold', `Needs attention (${attention.length})`),
    ...attention.map(({ subject, words, since }) => {
      const age = since === null ? '' : `, for ${span(now - since)}`;
      return `  ${paint('yellow', '!')} ${printable(subject)}: ${printable(words)}${age}`;
    }),
    '',
  ];
}

function openLines({ open, notShown, now }: Status, paint: Terminal['paint']): readonly string[] {
  if (open.length === 0) return ['Nothing waits.'];
  const rows = open.map((entry) => [
    printable(entry.platformId),
    entry.connection,
    entry.state,
    span(now - entry.seenAt),
    entry.expiresAt === null ? 'never' : entry.expiresAt <= now ? 'now' : span(entry.expiresAt - now),
    entry.subject,
    entry.waitsFor.join('; '),
  ]);
  const header = ['ID', 'CONNECTION', 'STATE', 'AGE', 'EXPIRES IN', 'WHAT', 'WAITS FOR'];
  return [
    paint('bold', `Waiting (${open.length + notShown})`),
    ...table([header, ...rows]).map((line) => `  ${line}`),
    ...(notShown > 0 ? [`  … and ${notShown} more`] : []),
    '  Everything about one of them: countersign show <id>',
  ];
}
