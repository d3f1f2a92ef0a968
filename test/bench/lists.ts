// Address lists in memory: a look-up must not grow with the list, and a million entries must not fill the machine.
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { exactKey, ownerKeys, type AddressKey } from '../../src/chains/address-keys.ts';
import { networkNamed } from '../../src/chains/networks.ts';
import { keyTableFor, type KeyTable } from '../../src/sources/key-table.ts';
import { parseList } from '../../src/sources/read-list.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';

const sizes = [1000, 10_000, 100_000, 1_000_000] as const;

/** Half of them are on the list; fresh texts, as they come out of JSON. */
const questionCount = 20_000;

type Contestant = {
  readonly name: string;
  /** How many of the questions are on the list: all contestants must agree. */
  ask(questions: readonly string[]): number;
};

type Ground = {
  readonly size: number;
  readonly questions: readonly string[];
  readonly keys: readonly AddressKey[];
  readonly contestants: readonly Contestant[];
  readonly table: KeyTable;
  readonly setBytes: number;
};

export async function benchLists({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  setFlagsFromString('--expose_gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('failed to reach the garbage collector');
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const grounds: Ground[] = [];
  for (const size of isQuick ? sizes.slice(0, 3) : sizes) grounds.push(prepare(size, heap));
  const times = measure(grounds, isQuick ? 3 : 7, say);
  return [...toFigures(grounds, times), ...(await benchReading(isQuick ? 100_000 : 1_000_000))];
}

function prepare(size: number, heap: () => number): Ground {
  const listed = Array.from({ length: size }, anAddress);
  const builder = keyTableFor(size);
  for (const address of listed) for (const key of ownerKeys(address)) builder.add(key);
  const table = builder.build();
  const before = heap();
  // Copies of its own, as a Set that was read from a file has them.
  const set = new Set(listed.map((address) => Buffer.from(address).toString('latin1')));
  const setBytes = heap() - before;
  const questions = Array.from({ length: questionCount }, (_, index) => {
    const chosen = index % 2 === 0 ? (listed[(index * 7919) % size] ?? '') : anAddress();
    return Buffer.from(chosen).toString('latin1');
  });
  const keys = questions.flatMap((question) => ownerKeys(question));
  const contestants: readonly Contestant[] = [
    {
      name: 'ours, from the text',
      ask: (asked) => countOf(asked, (text) => ownerKeys(text).some((key) => table.has(key))),
    },
    { name: 'ours, the table alone', ask: () => countOf(keys, (key) => table.has(key)) },
    { name: 'Set of texts', ask: (asked) => countOf(asked, (text) => set.has(text.toLowerCase())) },
  ];
  return { size, questions, keys, contestants, table, setBytes };
}

function countOf<Question>(questions: readonly Question[], isListed: (question: Question) => boolean): number {
  let count = 0;
  for (const question of questions) if (isListed(question)) count += 1;
  return count;
}

function anAddress(): string {
  return `0x${randomBytes(20).toString('hex')}`;
}

/** What a check does is a look-up from the text; the table alone is a part of it. */
const goals: Readonly<Record<string, Figure['goal']>> = {
  'ours, from the text': { sign: '<=', value: 2 },
  'ours, the table alone': { sign: '<=', value: 2, isAim: true },
};

type Times = ReadonlyMap<string, readonly number[]>;

const nameOf = (size: number, contestant: string): string => `${size} ${contestant}`;

/** All sizes in each round, so that what else the machine does falls on all of them alike. */
function measure(grounds: readonly Ground[], rounds: number, say: (words: string) => void): Times {
  const times = new Map<string, number[]>();
  // One more round than is counted: the first one warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { size, questions, contestants } of grounds) {
      for (const contestant of contestants) {
        const { name } = contestant;
        const startedAt = process.cpuUsage();
        const hits = contestant.ask(questions);
        const { user, system } = process.cpuUsage(startedAt);
        if (hits !== questionCount / 2) throw new Error(`failed to compare: ${name} found ${hits} at ${size}`);
        if (round === 0) continue;
        const list = times.get(nameOf(size, name)) ?? [];
        times.set(nameOf(size, name), [...list, ((user + system) * 1000) / questionCount]);
      }
    }
    say(`lists, round ${round} of ${rounds}`);
  }
  return times;
}

function toFigures(grounds: readonly Ground[], times: Times): Figure[] {
  const bench = 'lists';
  const of = (size: number, name: string): readonly number[] => times.get(nameOf(size, name)) ?? [];
  const [smallest, largest] = [grounds[0], grounds.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const names = smallest.contestants.map(({ name }) => name);
  const perSize = names.flatMap((name) =>
    grounds.map(({ size }) => ({
      bench,
      figure: `${name}, ${size} entries`,
      unit: 'CPU ns',
      value: median(of(size, name)),
      goal: null,
    })),
  );
  const ratio = (name: string): number =>
    median(of(largest.size, name).map((time, round) => time / (of(smallest.size, name)[round] ?? Number.NaN)));
  const growth = names.map((name) => ({
    bench,
    figure: `${name}, ${largest.size} against ${smallest.size}`,
    unit: 'x',
    value: ratio(name),
    goal: goals[name] ?? null,
  }));
  return [
    ...perSize,
    ...growth,
    {
      bench,
      figure: `ours, memory at ${largest.size}`,
      unit: 'bytes per entry',
      value: largest.table.bytes / largest.table.size,
      goal: { sign: '<=', value: 32 },
    },
    {
      bench,
      figure: `Set of texts, memory at ${largest.size}`,
      unit: 'bytes per entry',
      value: largest.setBytes / largest.size,
      goal: null,
    },
  ];
}

/** How long a list takes to read, and how long other work waits for its turn meanwhile. */
async function benchReading(size: number): Promise<Figure[]> {
  const text = Array.from({ length: size }, anAddress).join('\n');
  const waits: number[] = [];
  const reading = { isOver: false };
  const watching = (async () => {
    while (!reading.isOver) {
      const from = performance.now();
      await new Promise((done) => setImmediate(done));
      waits.push(performance.now() - from);
    }
  })();
  const startedAt = process.cpuUsage();
  const parsed = await parseList([{ name: 'list', text }], 'exact');
  const { user, system } = process.cpuUsage(startedAt);
  reading.isOver = true;
  await watching;
  const isRight = parsed.kind === 'read' && exactKey(networkNamed('Base'), text.slice(0, 42)) !== null;
  if (!isRight || parsed.entries !== size) throw new Error('failed to read the list');
  const bench = 'lists';
  return [
    {
      bench,
      figure: `reading a file of ${size}`,
      unit: 'CPU us per entry',
      value: (user + system) / size,
      goal: null,
    },
    {
      bench,
      figure: 'longest turn while reading it',
      unit: 'ms',
      value: waits.reduce((a, b) => Math.max(a, b), 0),
      goal: null,
    },
  ];
}
