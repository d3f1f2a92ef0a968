// countersign demo: a small company's approval channel in the browser, with everything behind it in this one process.
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { describeFaults, loadConfig, type Config } from '../config.ts';
import { verifyAudit } from '../db/audit-log.ts';
import { createLogger, type Logger } from '../log.ts';
import { platforms } from '../platforms/index.ts';
import { parseRulebook } from '../rules/parse.ts';
import { startCountersign, type Running } from '../start.ts';
import { run, wordsOf, type CommandDeps, type ExitCode } from './command.ts';
import { openDemoFolder, writeDemoFiles, type DemoFolder } from './demo-folder.ts';
import type { Demo, DemoSandbox } from './demo-kit.ts';
import { untilStopped } from './process.ts';
import type { Terminal } from './terminal.ts';

type DemoOptions = {
  readonly auto?: true;
  readonly only?: string[];
  readonly fault?: string;
  readonly patience?: string;
  readonly keep?: true;
  readonly pagePort?: string;
};

export function addDemo(program: Command, deps: CommandDeps): void {
  program
    .command('demo')
    .description('try everything on this machine: no account, no network, nothing to set up')
    .option('--auto', 'play the whole story, print a transcript, and exit 0 only if every step held')
    .option('--only <steps...>', 'with --auto: only these steps')
    .addOption(new Option('--fault <step>', 'with --auto: break this step on purpose; the story must notice'))
    .addOption(new Option('--patience <seconds>', 'with --auto: how long a claim may take to become true').hideHelp())
    .option('--keep', 'keep the data in .countersign/demo for the next demo')
    .option('--page-port <port>', 'where the page listens; a free port when left out')
    .addHelpText(
      'after',
      `
Starts a custody platform and a Slack workspace that exist only here, a page that shows both, an embedded
PostgreSQL, and Countersign between them. Ctrl-C stops everything.

Examples:
  countersign demo
  countersign demo --auto
  countersign demo --auto --only routine-payout large-transfer
  countersign demo --auto --fault platform-down`,
    )
    .action((options: DemoOptions) => run(deps, () => playDemo(deps, options)));
}

async function playDemo(deps: CommandDeps, options: DemoOptions): Promise<ExitCode> {
  const { terminal } = deps;
  const demo = await deps.loadDemo();
  const unknown = [options.fault, ...(options.only ?? [])].find(
    (name) => name !== undefined && !demo.storySteps.some(({ id }) => id === name),
  );
  if (unknown !== undefined) {
    terminal.err(`There is no step "${unknown}". The steps:`);
    for (const { id, promise } of demo.storySteps) terminal.err(`  ${id.padEnd(18)} ${promise}`);
    return 1;
  }
  const folder = await openDemoFolder({ keep: options.keep === true });
  const log = fileLog(folder);
  const { code, isWorthALook } = await playIn(deps, demo, { folder, log: log.log, options }).catch(
    (error: unknown): Played => {
      terminal.err(wordsOf(error));
      return { code: 1, isWorthALook: true };
    },
  );
  await log.close();
  if (!isWorthALook) await folder.remove();
  else terminal.err(`The log and the data of this run stay in ${folder.path}`);
  return code;
}

type Play = { readonly folder: DemoFolder; readonly log: Logger; readonly options: DemoOptions };

type Played = { readonly code: ExitCode; readonly isWorthALook: boolean };

async function playIn(deps: CommandDeps, demo: Demo, play: Play): Promise<Played> {
  const { terminal } = deps;
  const startedAt = performance.now();
  const starting = startAll(deps, demo, play);
  const interruption = { isHere: false };
  // A signal stops also what is only half started.
  const ending = untilStopped(play.log, {
    stop: async () => {
      interruption.isHere = true;
      terminal.err('\nStopping…');
      const all = await starting.catch(() => null);
      await all?.stop();
    },
  });
  const all = await starting;
  if (!interruption.isHere) terminal.out(`Everything runs after ${seconds(performance.now() - startedAt)}.\n`);
  if (play.options.auto !== true) {
    if (!interruption.isHere) for (const line of welcome(all, play.folder)) terminal.out(line);
    const { clean } = await ending;
    return { code: clean ? 0 : 1, isWorthALook: !clean };
  }
  const print = (line?: string): void => {
    if (!interruption.isHere) terminal.out(line);
  };
  const story = playAuto({ ...terminal, out: print }, demo, { ...all, options: play.options });
  // A story that is cut short held nothing, and what it stumbles over then is of no interest.
  const held = story.catch((error: unknown): ExitCode => {
    print(wordsOf(error));
    return 1;
  });
  const code = await Promise.race([held, ending.then((): ExitCode => 1)]);
  await all.stop();
  return { code, isWorthALook: code !== 0 && !interruption.isHere };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

type All = { readonly sandbox: DemoSandbox; readonly running: Running; stop(): Promise<void> };

async function startAll({ terminal }: CommandDeps, demo: Demo, { folder, log, options }: Play): Promise<All> {
  terminal.out('Starting the custody platform, the Slack workspace and their page…');
  const page = options.pagePort === undefined ? {} : { page: portIn(options.pagePort) };
  const sandbox = await demo.startSandbox({ ports: page, log: (line) => log.info({ part: 'sandbox' }, line) });
  try {
    const config = await writeConfiguration(demo, sandbox, { folder, isAuto: options.auto === true });
    terminal.out('Starting PostgreSQL and Countersign…');
    const running = await startCountersign(config, { log });
    if (running.url === null) throw new Error('failed to start the demo: nothing listens');
    sandbox.connectBot(running.url);
    const stop = async (): Promise<void> => {
      await running.stop();
      await sandbox.stop();
    };
    let stopped: Promise<void> | undefined;
    return { sandbox, running, stop: async () => (stopped ??= stop()) };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** The demo is configured as any deployment is: a file and an environment, only not that of this process. */
async function writeConfiguration(
  demo: Demo,
  sandbox: DemoSandbox,
  { folder, isAuto }: { folder: DemoFolder; isAuto: boolean },
): Promise<Config> {
  const wiring = demo.wire({
    custodyUrl: sandbox.custody.url,
    slackApiUrl: sandbox.slack.url,
    // Nobody watches the story: its pauses are only as long as it needs to act in them.
    ...(isAuto ? { approveAfterSeconds: 3, denyAfterSeconds: 6 } : {}),
  });
  const env = {
    ...wiring.env,
    CONFIG_FILE: join(folder.path, 'countersign.yaml'),
    DATA_DIR: join(folder.path, 'data'),
    PORT: '0',
  };
  await writeDemoFiles(folder.path, { files: wiring.files, env });
  const reading = loadConfig({ env, readFile: (path) => readFileSync(path, 'utf8'), platforms, parseRulebook });
  if (reading.kind === 'faults') throw new Error(describeFaults(reading.faults));
  return reading.config;
}

async function playAuto(
  terminal: Terminal,
  demo: Demo,
  { sandbox, running, options }: All & { options: DemoOptions },
): Promise<ExitCode> {
  const { ctx } = running;
  const story = await demo.playStory({
    custodyUrl: sandbox.custody.url,
    slackUrl: sandbox.slack.origin,
    print: (line) => terminal.out(line),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.fault === undefined ? {} : { fault: options.fault }),
    ...(options.patience === undefined ? {} : { patienceMs: Number(options.patience) * 1000 }),
    ownChecks: [
      {
        claim: 'the audit log of Countersign is intact',
        check: async () => {
          const verification = await verifyAudit(ctx.db, ctx.auditKey);
          if (verification.kind === 'broken') return { holds: false, seen: verification.words };
          return { holds: verification.rows > 0, seen: 'it is empty' };
        },
      },
    ],
  });
  const broken = story.steps.filter(({ held }) => !held);
  const total = story.steps.reduce((sum, { tookMs }) => sum + tookMs, 0);
  const words = `${story.steps.length - broken.length} of ${story.steps.length} steps held, in ${(total / 1000).toFixed(0)} s.`;
  terminal.out(
    story.held
      ? terminal.paint('green', `✓ ${words}`)
      : terminal.paint('red', `✗ ${words} Broken: ${broken.map(({ id }) => id).join(', ')}`),
  );
  return story.held ? 0 : 1;
}

function welcome({ sandbox, running }: All, folder: DemoFolder): readonly string[] {
  return [
    `  Open this in a browser:   ${sandbox.page?.url ?? 'no page was started'}`,
    '',
    '  People are on the left, the Slack channel of Northwind Treasury in the middle, its custody platform on the right.',
    '    1. Press "Routine payout": the bot approves it by itself, and nobody is asked.',
    '    2. Press "Large transfer": a card appears. Approve it as Alice, switch to Bob, approve it again.',
    '       Five seconds later one decision goes back; until then a rejection or "Withdraw my vote" stops it.',
    '    3. Press it again and reject as Carol. You have eight seconds to withdraw the rejection.',
    '    4. Try the hostile ones: "Look-alike recipient", "Hostile memo", "Contract call".',
    '    5. Change the content during a vote, decide in the dashboard, or take the platform down.',
    '',
    `  Countersign listens at    ${running.url ?? 'nothing'} (/readyz, /metrics)`,
    `  Configuration and data    ${folder.path}${folder.isKept ? '' : ' (removed at the end; --keep keeps them)'}`,
    `  Its log                   ${join(folder.path, 'countersign.log')}`,
    `  Look from a second shell  (set -a; . ${join(folder.path, 'demo.env')}; npm run countersign -- status)`,
    '  The whole story by itself npm run demo -- --auto',
    '',
    '  Ctrl-C stops everything.',
  ];
}

function fileLog(folder: DemoFolder): { log: Logger; close(): Promise<void> } {
  const stream = createWriteStream(join(folder.path, 'countersign.log'), { mode: 0o600 });
  let isOpen = true;
  const write = (line: string): void => {
    // A late line of something that is stopping has nowhere to go any more.
    if (isOpen) stream.write(line);
  };
  return {
    log: createLogger('info', { write }),
    close: async () => {
      isOpen = false;
      await new Promise((done) => stream.end(done));
    },
  };
}

function portIn(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new Error(`--page-port must be a whole number from 0 to 65535, not "${text}"`);
}
