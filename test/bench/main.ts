// npm run bench [-- <bench> …] [--json] [--quick]: each bench is one entry of the record below.
import { benchAckTime } from './ack-time.ts';
import { benchCrash } from './crash.ts';
import { benchEndToEnd } from './e2e.ts';
import { benchExactness } from './exactness.ts';
import { hasFailed, toJson, toTable, type Bench, type BenchOptions, type Figure } from './figures.ts';
import { benchIntake } from './intake.ts';
import { benchLists } from './lists.ts';
import { benchVelocity } from './velocity.ts';
import { benchPolicies } from './policies.ts';

const benches: Readonly<Record<string, readonly Bench[]>> = {
  intake: [benchIntake, benchCrash, benchAckTime],
  e2e: [benchEndToEnd],
  lists: [benchLists],
  velocity: [benchVelocity],
  policies: [benchPolicies, benchExactness],
  /** A part of `intake`, for whoever looks at it alone. */
  'ack-time': [benchAckTime],
};

/** Without names: everything, and nothing twice. */
const usual = Object.keys(benches).filter((name) => name !== 'ack-time');

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = [
  ...names.filter((name) => !Object.hasOwn(benches, name)),
  ...args.filter((arg) => arg.startsWith('--') && arg !== '--json' && arg !== '--quick'),
];

if (unknown.length > 0) {
  process.stderr.write(
    `unknown: ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}, --json and --quick.\n`,
  );
  process.exitCode = 2;
} else {
  await runAll(names.length === 0 ? usual : names);
}

async function runAll(chosen: readonly string[]): Promise<void> {
  const options: BenchOptions = {
    isQuick: args.includes('--quick'),
    say: (words) => void process.stderr.write(`${words}\n`),
  };
  const figures: Figure[] = [];
  for (const bench of chosen.flatMap((name) => benches[name] ?? [])) {
    const found = await bench(options);
    figures.push(...found);
    if (isJson) process.stdout.write(found.map((figure) => `${toJson(figure)}\n`).join(''));
  }
  if (!isJson) process.stdout.write(`${toTable(figures)}\n`);
  if (hasFailed(figures)) process.exitCode = 1;
}
