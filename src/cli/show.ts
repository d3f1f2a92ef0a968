// countersign show: everything about one approval, and its trail in the audit log.
import type { Command } from 'commander';
import { findByAnyId } from '../db/approvals.ts';
import { auditOf } from '../db/audit-log.ts';
import { viewApproval } from '../flow/view-approval.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { describeApproval } from './describe-approval.ts';
import { withContext, type Opened } from './open-context.ts';
import { printable } from './terminal.ts';

export function addShow(program: Command, deps: CommandDeps): void {
  program
    .command('show')
    .argument('<approval>', "our id, or the platform's")
    .option('--json', 'print one JSON object')
    .description('everything about one approval, and its trail in the audit log')
    .addHelpText(
      'after',
      `
Texts that came from outside (memos, names, references) are shown with every invisible character spelled out.

Examples:
  countersign show ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4
  countersign show ap-2b7rd-oorg2-8dl9qrlt9uo7ixb4 --json`,
    )
    .action((id: string, options: { json?: true }) =>
      runConfigured(deps, (config) =>
        withContext(config, (opened) => show(deps, opened, { id, asJson: options.json === true })),
      ),
    );
}

async function show(
  { terminal }: CommandDeps,
  { ctx }: Opened,
  asked: { id: string; asJson: boolean },
): Promise<ExitCode> {
  const [row, ...others] = await findByAnyId(ctx.db, asked.id);
  if (row === undefined) {
    terminal.err(`No approval is called ${printable(asked.id)}. \`countersign status\` lists those that wait.`);
    return 1;
  }
  if (others.length > 0) {
    terminal.err(`Several approvals are called ${printable(asked.id)}; say which by our own id:`);
    for (const each of [row, ...others]) terminal.err(`  ${each.id}  ${each.connection}  ${each.state}`);
    return 1;
  }
  const view = await viewApproval(ctx, row.id);
  if (view === null) {
    terminal.err(
      `It belongs to "${row.connection}", which is not configured any more. Add the connection to look at it.`,
    );
    return 1;
  }
  const trail = await auditOf(ctx.db, row.id);
  if (asked.asJson) {
    // The decisive document is what the fingerprint is made of, not something to read.
    const { decisive: _, ...approval } = view.approval ?? { decisive: null };
    const shown = { ...view, approval: view.approval === null ? null : approval };
    terminal.out(
      JSON.stringify({ ...shown, audit: trail.map((entry) => ({ ...entry, details: parsed(entry.details) })) }),
    );
  } else for (const line of describeApproval(view, trail, terminal.paint)) terminal.out(line);
  return 0;
}

/** Written as JSON by ourselves; a row that was tampered with may hold anything. */
function parsed(details: string): unknown {
  try {
    const value: unknown = JSON.parse(details);
    return value;
  } catch {
    return details;
  }
}
