// What every command gets, and how it ends: an exit code, or a fault in words that a person can act on.
import type { Config, ConfigFault, ConfigReading } from '../config.ts';
import { describeFaults } from '../config.ts';
import type { Demo } from './demo-kit.ts';
import type { Terminal } from './terminal.ts';
import { printable } from './terminal.ts';

/**
 * 0: done. 1: it did not work, or what was looked at is not in order. 2: the configuration has faults. 3: what a command's
 * own help says.
 */
export type ExitCode = 0 | 1 | 2 | 3;

export type CommandDeps = {
  readonly terminal: Terminal;
  /** Reads environment and file anew. */
  readonly loadConfig: () => ConfigReading;
  /** Loads the sandbox, which production never needs. */
  readonly loadDemo: () => Promise<Demo>;
  readonly setExitCode: (code: ExitCode) => void;
};

/** Runs a command to its exit code; faults are told, never thrown at a person as a stack. */
export async function run(deps: CommandDeps, act: () => Promise<ExitCode>): Promise<void> {
  try {
    deps.setExitCode(await act());
  } catch (error) {
    deps.terminal.err(wordsOf(error));
    deps.setExitCode(1);
  }
}

/** The same, for a command that needs a faultless configuration. */
export async function runConfigured(
  deps: CommandDeps,
  act: (config: Config, warnings: readonly ConfigFault[]) => Promise<ExitCode>,
): Promise<void> {
  await run(deps, async () => {
    const reading = deps.loadConfig();
    if (reading.kind === 'ok') return act(reading.config, reading.warnings);
    deps.terminal.err(printableLines(describeFaults(reading.faults)));
    return 2;
  });
}

/** The chain of causes, outermost first: the last one is often what a person can do something about. */
export function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let fault = error; fault !== undefined && fault !== null && words.length < 5;) {
    const message = fault instanceof Error ? messageOf(fault) : textOf(fault);
    if (message !== '' && !words.some((known) => known.includes(message))) words.push(printableLines(message));
    fault = fault instanceof Error ? fault.cause : null;
  }
  return words.join('\n  because: ');
}

/** A connection that failed at every address has no message of its own. */
function messageOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.flatMap((each: unknown) => (each instanceof Error ? [each.message] : [])).join('; ');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
