// countersign audit verify: walks the whole chain of the audit log and names the first row that is not as it was written.
import type { Command } from 'commander';
import { verifyAudit } from '../db/audit-log.ts';
import { runConfigured, type CommandDeps } from './command.ts';
import { withContext } from './open-context.ts';
import { plural } from './words.ts';

export function addAudit(program: Command, deps: CommandDeps): void {
  program
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('check that no row was edited, deleted, inserted or swapped')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Every decision and every change of state is one row, chained to the row before by a hash whose key is not in the
database. The head is what to write down elsewhere: a chain that was cut at its end is intact, but shorter.
Exit code 1 when a row is bad.

Examples:
  countersign audit verify
  countersign audit verify --json`,
    )
    .action((options: { json?: true }) =>
      runConfigured(deps, (config) =>
        withContext(config, async ({ ctx }) => {
          const { terminal } = deps;
          const verification = await verifyAudit(ctx.db, ctx.auditKey, (rows) =>
            terminal.progress(`${rows} rows checked…`),
          );
          terminal.progress('');
          if (options.json === true) terminal.out(JSON.stringify(verification));
          else if (verification.kind === 'broken') {
            terminal.out(terminal.paint('red', `✗ The audit log is not intact: ${verification.words}.`));
            terminal.out(
              `  First bad row: ${verification.seq}. Stop the service, keep a copy of the database, and compare it with a backup.\n` +
                '  If all rows are bad, check first that `audit.key` is the key that they were written with.',
            );
          } else {
            const { rows, head } = verification;
            terminal.out(terminal.paint('green', `✓ The audit log is intact: ${plural(rows, 'row')}.`));
            if (head !== null) terminal.out(`  Head: row ${head.seq}, ${head.mac}`);
          }
          return verification.kind === 'intact' ? 0 : 1;
        }),
      ),
    );
}
