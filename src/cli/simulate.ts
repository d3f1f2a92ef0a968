// countersign simulate: what checks and rulebook would say about a transaction, and how its card would look.
import type { Command } from 'commander';
import { Option } from 'commander';
import { describeFaults, type Config } from '../config.ts';
import type { Context } from '../context.ts';
import { checksToKnow } from './checks-to-know.ts';
import { questionKey } from '../domain/spend.ts';
import { nothingSpent, allQuestionsOf, simulate, simulatedView } from '../flow/simulate.ts';
import { readSpentBefore } from '../flow/spent-before.ts';
import { approvalDocuments } from '../platforms/documents.ts';
import { card } from '../slack/card.ts';
import { run, type CommandDeps, type ExitCode } from './command.ts';
import { describeSimulation } from './describe-simulation.ts';
import { withContext } from './open-context.ts';
import { readRulebookFile, type NamedRulebook } from './read-rulebook.ts';
import { rulebookInQuestion } from './rulebook-in-question.ts';
import {
  serviceAccountOf,
  simulatedPlatforms,
  storedSubject,
  subjectFrom,
  type Subject,
  type SubjectReading,
} from './simulated-subject.ts';
import { printable } from './terminal.ts';

type Options = {
  readonly approval?: string;
  readonly rulebook?: string;
  readonly platform?: string;
  readonly at?: string;
  readonly spent?: string;
  readonly json?: true;
  readonly card?: true;
};

/** Flags that describe the transaction itself, by the key that the file has for them. */
const flags = [
  ['connection <name>', 'the connection that it comes from'],
  ['kind <kind>', 'what is wanted; a transfer when left out'],
  ['network <name>', "the platform's name of the network"],
  ['asset <asset>', "a name of the rulebook's assets, an address, or `native`"],
  ['decimals <n>', 'of an asset that is given by its address'],
  ['to <address...>', 'who would be paid'],
  ['amount <amount>', 'e.g. "250 USDC", or "250" beside --asset'],
  ['price <price>', 'what one whole token costs, e.g. "1.00 USD"'],
  ['wallet <id>', 'the wallet that pays'],
  ['wallet-tags <tag...>', "the wallet's tags"],
  ['initiator <account>', 'who asks for it'],
  ['memo <text>', 'its memo'],
  ['external-id <text>', 'its reference'],
  ['method <name>', 'the method that is called'],
  ['transaction-type <name>', "the platform's type of transaction"],
  ['counterparty <id>', "the platform's id of who is paid"],
] as const;

const documented = Object.keys(approvalDocuments).join(' and ');

const help = `
The file is JSON with the same keys, externalId for --external-id and so on; or those of an activity as evaluations
keep it: amountBase, destinations, call, typedData, message, fields. Flags win over the file.

With --platform it is an approval on that platform (${simulatedPlatforms.join(', ')}).
For ${documented} the file is the platform's own JSON of an approval, alone or as { "approval": …, "policies": [ … ] }.
For the others, whose approvals cannot be read in their own form yet, describe it as above, with what their policies ask
for: method, transactionType, counterparty, credential, fields.

Nothing is written and nobody is asked. With --rulebook and without --approval no database is needed. What was spent
before is then unknown, and so is every limit over time, unless --spent nothing says that nothing was. Checks whose
answer is not in the transaction itself (lists, history) are named with what they need; --approval takes what they
found when it was evaluated, at that instant. Budgets and switches are no part of it.

Exit code 0 whatever the verdict is, 1 when there is none, 2 when the rulebook or the configuration has faults.

Examples:
  countersign simulate --rulebook draft.yaml --amount "250 USDC" --price "1.00 USD" \\
    --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --initiator us-payouts-bot --wallet wa-1 --spent nothing
  countersign simulate payout.json --rulebook draft.yaml --spent nothing --at 2026-11-20T10:00:00Z
  countersign simulate approval.json --platform dfns --rulebook draft.yaml
  countersign simulate payout.json --platform cubewire --rulebook draft.yaml
  countersign simulate --approval ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4 --rulebook draft.yaml --json
  countersign simulate --approval ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4 --card`;

export function addSimulate(program: Command, deps: CommandDeps): void {
  const command = program
    .command('simulate')
    .argument('[file]', 'a transaction as JSON')
    .description('what checks and rulebook would say about a transaction, and its card')
    .option('--approval <id>', "a stored approval, by our id or the platform's")
    .option('--platform <name>', 'the platform that it is on; see below what the file is then')
    .option('--rulebook <file>', 'a draft; the one in force when left out')
    .option('--at <instant>', 'when it happens, e.g. 2026-11-20T10:00:00Z; now when left out')
    .addOption(new Option('--spent <what>', 'take it that nothing was spent before').choices(['nothing']))
    .option('--json', 'print one JSON object')
    .option('--card', 'print the card as Block Kit JSON, and nothing else');
  for (const [flag, words] of flags) command.option(`--${flag}`, words);
  command
    .addHelpText('after', help)
    .action((file: string | undefined, options: Options & Record<string, unknown>) =>
      run(deps, () => act(deps, { file: file ?? null, options })),
    );
}

type Given = { readonly file: string | null; readonly options: Options & Readonly<Record<string, unknown>> };

async function act(deps: CommandDeps, given: Given): Promise<ExitCode> {
  const { options } = given;
  const at = instantOf(options.at);
  const draft = options.rulebook === undefined ? null : readRulebookFile(options.rulebook);
  if (draft?.kind === 'faults') return refuse(deps, draft.lines, 2);
  const reading = deps.loadConfig();
  if (draft !== null && options.approval === undefined) {
    const config = reading.kind === 'ok' ? reading.config : null;
    return answer(deps, { given, config, named: draft.named, ctx: null, at });
  }
  if (reading.kind === 'faults') {
    const why =
      options.approval === undefined
        ? 'Without --rulebook the one in force is asked, which needs the configuration.'
        : 'A stored approval is in the database, which needs the configuration.';
    return refuse(deps, [why, ...describeFaults(reading.faults).split('\n')], 2);
  }
  const { config } = reading;
  return withContext(config, async ({ ctx }) =>
    answer(deps, { given, config, named: draft?.named ?? (await rulebookInQuestion(ctx)), ctx, at }),
  );
}

type Asked = {
  readonly given: Given;
  readonly config: Config | null;
  readonly named: NamedRulebook | null;
  /** Null without a database. */
  readonly ctx: Context | null;
  readonly at: number | null;
};

async function answer(deps: CommandDeps, asked: Asked): Promise<ExitCode> {
  const { terminal } = deps;
  const { config, named, given } = asked;
  const reading = await readSubject(asked);
  if (reading.kind === 'faults') return refuse(deps, reading.lines, 1);
  const { subject } = reading;
  const serviceAccount = serviceAccountOf(config, subject.connection);
  const simulation = await simulate({
    ...subject,
    serviceAccount,
    rulebook: named?.rulebook ?? null,
    spent: await spentIn(asked, subject),
    demoted: named?.demoted ?? [],
    checks: checksToKnow(config),
  });
  const view = simulatedView(simulation, {
    ...subject,
    serviceAccount,
    around: config,
    decideUrl: asked.ctx?.platforms.get(subject.connection)?.decideUrl ?? 'https://example.com/',
  });
  const message = card(view);
  if (given.options.card === true) terminal.out(JSON.stringify(message, null, 2));
  else if (given.options.json === true) terminal.out(JSON.stringify({ ...simulation, card: message }));
  else for (const line of describeSimulation({ simulation, view, message, named, terminal })) terminal.out(line);
  return 0;
}

async function readSubject({ given, config, named, ctx, at }: Asked): Promise<SubjectReading> {
  const { file, options } = given;
  const own = flagsOf(options);
  if (options.approval !== undefined && ctx !== null) {
    const isAlone = file === null && options.platform === undefined && Object.keys(own).length === 0;
    if (isAlone) return storedSubject(ctx, { id: options.approval, at });
    return {
      kind: 'faults',
      lines: ['--approval says it all: leave out the file, --platform and the flags of a transaction.'],
    };
  }
  return subjectFrom({ file, platform: options.platform ?? null, flags: own, at: at ?? Date.now(), config, named });
}

/** What it was asked then, and what can be summed from the history; without a database only what `--spent` says. */
async function spentIn({ given, named, ctx }: Asked, subject: Subject): Promise<Subject['spent']> {
  const rulebook = named?.rulebook ?? null;
  if (given.options.spent !== undefined) return nothingSpent(rulebook);
  if (ctx === null) return subject.spent;
  const questions = allQuestionsOf(rulebook).filter((question) => !Object.hasOwn(subject.spent, questionKey(question)));
  return { ...(await readSpentBefore(ctx.db, { ...subject, questions })), ...subject.spent };
}

function flagsOf(options: Given['options']): Readonly<Record<string, unknown>> {
  const entries = flags.flatMap(([flag]): readonly (readonly [string, unknown])[] => {
    const key = (flag.split(' ')[0] ?? '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = options[key];
    if (value === undefined) return [];
    // What is no number is told as any other fault of the transaction.
    return [[key, key === 'decimals' && typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value]];
  });
  return Object.fromEntries(entries);
}

/** Null when none is given. */
function instantOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;
  const at = form.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new Error(`--at "${printable(text)}" is not an instant. Write e.g. 2026-11-20T10:00:00Z, with Z or an offset.`);
}

function refuse({ terminal }: CommandDeps, lines: readonly string[], code: ExitCode): ExitCode {
  for (const line of lines) terminal.err(printable(line));
  return code;
}
