#!/usr/bin/env node
// The entry: commands, what they are given, and the exit code. Everything else is in `cli/` and `start.ts`.
import type { ExitCode } from './cli/command.ts';
import { createProgram } from './cli/program.ts';
import { createTerminal } from './cli/terminal.ts';
import { loadConfigFromEnvironment } from './config.ts';
import { platforms } from './platforms/index.ts';

/** After a command is done nothing should be left; what is left all the same must not keep the process. */
const leftoversMs = 2000;

const program = createProgram({
  terminal: createTerminal({ out: process.stdout, err: process.stderr }),
  loadConfig: () => loadConfigFromEnvironment(platforms),
  loadDemo: async () => {
    // Only here: production never loads the sandbox.
    const [sandbox, wiring, story] = await Promise.all([
      import('./sandbox/index.ts'),
      import('./sandbox/wiring.ts'),
      import('./sandbox/story.ts'),
    ]);
    return { startSandbox: sandbox.startSandbox, wire: wiring.wire, ...story };
  },
  setExitCode: (code: ExitCode) => {
    process.exitCode = code;
  },
});

await program.parseAsync();
setTimeout(() => process.exit(), leftoversMs).unref();
