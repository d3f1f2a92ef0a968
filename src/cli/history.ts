// countersign history import: payments from before Countersign was there, from a file or from the platform's own list.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { insertHistory, rebuildKeys } from '../db/spend-import.ts';
import type { Payment } from '../domain/spend.ts';
import { paymentOfTransfer } from '../flow/record-payment.ts';
import { record } from '../flow/record.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { readPayments } from './history-payments.ts';
import { readRows, type RowFault } from './history-rows.ts';
import { withContext, type Opened } from './open-context.ts';
import { printable, type Terminal } from './terminal.ts';
import { plural } from './words.ts';

const help = `
A rulebook that limits what is spent in a month has to know the month before. A payment that is known already, by its
reference, is counted once, so an import can be repeated; evaluations go on meanwhile.

CSV with these columns in its first line, or one JSON object with these keys per line (all of them texts):
  reference  the platform's id of the transfer; required
  at         when it left, e.g. 2026-09-14T08:52:05Z; required
  wallet     the platform's id of the wallet
  network    the platform's name of it, e.g. Ethereum
  asset      contract, mint or reference; \`native\` for the coin of the network
  recipient  the address; several with blanks between
  initiator  the platform's id of the user
  activity   transfer (when empty), contract-call, swap, …
  amount     in base units, digits only
  value      its worth, e.g. 1249.50
  currency   of the value, e.g. USD
What a line leaves empty is in no sum that is about it: a limit per recipient does not see a payment without one.
A file with faults is refused whole, with every fault.

--from-platform asks the platform for all transfers of all wallets. On Dfns the service account needs
Wallets:Transfers:Read for that; take it away again afterwards, as the bot works without it.

Examples:
  countersign history import payments.csv --connection treasury
  countersign history import --from-platform treasury`;

type Options = { connection?: string; fromPlatform?: string; json?: true };

export function addHistory(program: Command, deps: CommandDeps): void {
  program
    .command('history')
    .description('payments that limits over time count')
    .command('import')
    .argument('[file]', 'CSV or JSON lines')
    .option('--connection <name>', 'whose payments the file holds; not needed where there is one connection')
    .option('--from-platform <connection>', "the platform's own list instead of a file")
    .option('--json', 'print one JSON object')
    .description('add payments from a file, or from the platform')
    .addHelpText('after', help)
    .action((file: string | undefined, options: Options) =>
      runConfigured(deps, async (config) => importHistory(deps.terminal, config, file ?? null, options)),
    );
}

async function importHistory(
  terminal: Terminal,
  config: Config,
  file: string | null,
  options: Options,
): Promise<ExitCode> {
  const { fromPlatform } = options;
  if ((file === null) === (fromPlatform === undefined)) {
    terminal.err('Name a file, or --from-platform <connection>: one of them.');
    return 1;
  }
  const connection = connectionOf(config, fromPlatform ?? options.connection);
  if (connection === null) {
    const names = config.connections.map(({ name }) => name).join(', ');
    terminal.err(`Say whose payments they are: --connection ${names.replaceAll(', ', ' | ')}.`);
    return 1;
  }
  const { name, platform } = connection;
  const source = { terminal, connection: name, platform };
  return withContext(config, async (opened) => {
    const found = file === null ? await listed(source, opened) : await readFrom(source, file, opened.ctx.now());
    if (found === null) return 1;
    return store(terminal, opened, { connection: name, ...found, asJson: options.json === true });
  });
}

function connectionOf(config: Config, name: string | undefined): Config['connections'][number] | null {
  if (name === undefined) return config.connections.length === 1 ? (config.connections[0] ?? null) : null;
  return config.connections.find((connection) => connection.name === name) ?? null;
}

type Source = { readonly terminal: Terminal; readonly connection: string; readonly platform: string };

type Found = { readonly payments: readonly Payment[]; readonly source: Readonly<Record<string, string>> };

async function readFrom({ terminal, connection, platform }: Source, file: string, now: number): Promise<Found | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new Error(`${file} can't be read`, { cause: error });
  }
  const { payments, faults } = readPayments(readRows(bytes.toString('utf8')), { connection, platform, now });
  if (faults.length > 0) {
    terminal.err(`${basename(file)} was not imported: ${plural(faults.length, 'fault')}.`);
    for (const fault of faults) terminal.err(wordsOf(fault));
    return null;
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { payments, source: { file: basename(file), sha256 } };
}

function wordsOf({ line, words, remedy }: RowFault): string {
  return `  line ${line}: ${printable(words)}. ${printable(remedy)}`;
}

async function listed({ terminal, connection }: Source, { ctx }: Opened): Promise<Found | null> {
  const platform = ctx.platforms.get(connection);
  if (platform?.listTransfers === undefined) {
    terminal.err('This platform lists no transfers here. Export them there, and import the file.');
    return null;
  }
  terminal.err(`Asking ${platform.platform} for the transfers of ${connection}…`);
  const listing = await platform.listTransfers((found) => terminal.progress(`${plural(found, 'transfer')} found`));
  terminal.progress('');
  switch (listing.kind) {
    case 'forbidden':
      terminal.err(
        `The service account may not list transfers (status 403). Grant it ${listing.permission} for the time of the import, ` +
          'and take it away afterwards; or export the transfers and import the file.',
      );
      return null;
    case 'unavailable':
      terminal.err(`The transfers could not be listed: ${printable(listing.reason)}. Nothing was imported; try again.`);
      return null;
    case 'listed': {
      const now = ctx.now();
      const payments = listing.transfers.flatMap(
        (transfer) =>
          paymentOfTransfer(transfer, connection, Math.min(now, transfer.releasedAt ?? transfer.createdAt ?? now)) ??
          [],
      );
      return { payments, source: { platform: platform.platform } };
    }
  }
}

/** Payments first, then the sums, then the audit row: what is interrupted is finished by running it again. */
async function store(
  terminal: Terminal,
  { ctx }: Opened,
  input: Found & { readonly connection: string; readonly asJson: boolean },
): Promise<ExitCode> {
  const { connection, payments, source } = input;
  terminal.err(`Adding ${plural(payments.length, 'payment')} to ${connection}…`);
  const added = await insertHistory(ctx.db, {
    connection,
    payments,
    onProgress: (done) => terminal.progress(bar(done, payments.length, 'payments')),
  });
  terminal.progress('');
  terminal.err('Summing up what they belong to…');
  const keys = await rebuildKeys(ctx.db, {
    connection,
    payments,
    onProgress: (done, of) => terminal.progress(bar(done, of, 'sums')),
  });
  terminal.progress('');
  await ctx.db.transaction(async (tx) =>
    record(ctx, tx, {
      event: 'history.imported',
      approvalId: null,
      actor: 'system',
      details: { connection, ...source, payments: payments.length, added, sums: keys },
    }),
  );
  const known = payments.length - added;
  if (input.asJson) terminal.out(JSON.stringify({ connection, payments: payments.length, added, known, sums: keys }));
  else {
    terminal.out(
      `${plural(added, 'payment')} added, ${known} known before. ${plural(keys, 'sum')} of ${connection} made anew.`,
    );
  }
  return 0;
}

const barWidth = 30;

function bar(done: number, of: number, what: string): string {
  const share = of === 0 ? 1 : done / of;
  const full = Math.round(share * barWidth);
  return `[${'█'.repeat(full)}${'░'.repeat(barWidth - full)}] ${Math.floor(share * 100)} %  ${done} of ${of} ${what}`;
}
