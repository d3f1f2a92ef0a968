// What one decision costs with 10 and with 10,000 policies, beside other engines and one HMAC of the webhook.
import { createHmac } from 'node:crypto';
import { compileSet, replaceRule } from '../../src/rules/compile.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { seeded } from '../rules/random-rulebook.ts';
import { median, type BenchOptions, type Figure } from './figures.ts';
import { casbin, cedar, countersign, countersignLinear, jsonRulesEngine, type PolicyEngine } from './policy-engines.ts';
import {
  asObservation,
  asRule,
  asRuleSet,
  makePolicies,
  makeRequests,
  triggers,
  type Policy,
  type Request,
} from './policy-world.ts';

const sizes = [10, 100, 1000, 10_000];
const bodyBytes = 823;

export async function benchPolicies({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const rounds = isQuick ? 3 : 7;
  const figures: Figure[] = [];
  const costs = new Map<string, number>();
  await warmUp();
  for (const size of sizes) {
    say(`policies: ${size}`);
    const random = seeded(size);
    const policies = makePolicies(size, random);
    const requests = makeRequests(policies, 200, random);
    const engines = await enginesFor(policies);
    for (const engine of engines) figures.push(await agreement(engine, policies, size));
    const measured = await measure(engines, requests, { rounds, budgetUs: isQuick ? 60_000 : 250_000 });
    for (const [name, us] of measured) {
      costs.set(`${name} ${size}`, us);
      figures.push({ bench: 'policies', figure: `${name}, ${size} policies`, unit: 'CPU us', value: us, goal: null });
    }
  }
  const ours = (size: number) => costs.get(`Countersign ${size}`) ?? NaN;
  const growth = ours(10_000) / ours(10);
  figures.push(
    {
      bench: 'policies',
      figure: 'growth from 10 to 10000',
      unit: 'x',
      value: growth,
      goal: { sign: '<=', value: 2.5 },
    },
    aim('growth from 10 to 10000, aim', growth, 1.5),
    ...['json-rules-engine', 'casbin', 'cedar-wasm'].map((name): Figure => {
      const value = (costs.get(`${name} 10000`) ?? NaN) / ours(10_000);
      return {
        bench: 'policies',
        figure: `faster than ${name} at 10000`,
        unit: 'x',
        value,
        goal: { sign: '>=', value: 1000 },
      };
    }),
    ...hmacFigures(ours(10_000), rounds),
    ...changeFigures(rounds),
  );
  return figures;
}

/** So that the first size is not the one that pays for the compiler. */
async function warmUp(): Promise<void> {
  const policies = makePolicies(1000, seeded(1));
  const calls = makeRequests(policies, 200, seeded(2)).map(countersign(policies).prepare);
  await costOf(calls, 500_000);
}

async function enginesFor(policies: readonly Policy[]): Promise<readonly PolicyEngine[]> {
  const opponents = [jsonRulesEngine(policies), await casbin(policies), cedar(policies)];
  return [countersign(policies), countersignLinear(policies), ...opponents];
}

/** Every engine must give the plain answer; one that can't hold the amounts is told apart, not hidden. */
async function agreement(engine: PolicyEngine, policies: readonly Policy[], size: number): Promise<Figure> {
  const requests = makeRequests(policies, 20, seeded(7 * size));
  let wrong = 0;
  for (const request of requests) {
    if ((await engine.prepare(request)()) !== triggers(policies, request)) wrong += 1;
  }
  const isOurs = engine.name.startsWith('Countersign');
  return {
    bench: 'policies',
    figure: `${engine.name}, ${size} policies: wrong answers of 20`,
    value: wrong,
    goal: isOurs ? { sign: '=', value: 0 } : null,
  };
}

/** Interleaved rounds: a disturbance hits all of them, and the median of each drops it. */
async function measure(
  engines: readonly PolicyEngine[],
  requests: readonly Request[],
  { rounds, budgetUs }: { readonly rounds: number; readonly budgetUs: number },
): Promise<ReadonlyMap<string, number>> {
  const prepared = engines.map(({ name, prepare }) => ({ name, calls: requests.map(prepare), found: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { calls, found } of prepared) {
      const us = await costOf(calls, budgetUs);
      // The first round warms up.
      if (round > 0) found.push(us);
    }
  }
  return new Map(prepared.map(({ name, found }) => [name, median(found)]));
}

/** CPU microseconds per call. As many calls as the budget holds, in batches, so that reading the clock costs nothing. */
async function costOf(calls: readonly (() => boolean | Promise<boolean>)[], budgetUs: number): Promise<number> {
  let done = 0;
  let batch = 1;
  const before = process.cpuUsage();
  for (;;) {
    for (let at = 0; at < batch; at += 1) {
      const answer = calls[(done + at) % calls.length]?.();
      if (answer instanceof Promise) await answer;
    }
    done += batch;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= budgetUs) return (user + system) / done;
    batch = Math.min(batch * 2, 4096);
  }
}

function hmacFigures(oursUs: number, rounds: number): readonly Figure[] {
  const body = Buffer.alloc(bodyBytes, 'a');
  const found = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    for (let at = 0; at < 20_000; at += 1) createHmac('sha256', 'secret-of-the-webhook').update(body).digest('hex');
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 20_000;
  });
  const hmac = median(found);
  return [
    { bench: 'policies', figure: `one HMAC of ${bodyBytes} bytes`, unit: 'CPU us', value: hmac, goal: null },
    {
      bench: 'policies',
      figure: 'one decision at 10000 against one HMAC',
      unit: 'x',
      value: oursUs / hmac,
      goal: { sign: '<=', value: 0.5 },
    },
  ];
}

/** What a change costs: one rule exchanged, against the whole set made again; and how many rules were filed again. */
function changeFigures(rounds: number): readonly Figure[] {
  const random = seeded(3);
  const policies = makePolicies(10_000, random);
  const set = asRuleSet(policies);
  const compiled = compileSet(set);
  const whole = median(Array.from({ length: Math.min(rounds, 3) }, () => timed(() => void compileSet(set))));
  const changes = makePolicies(200, random).map((policy, at) => ({
    ...policy,
    id: `p${at * 50}`,
    wallet: policies[at * 50]?.wallet ?? '',
  }));
  const one = median(changes.map((policy, at) => timed(() => void replaceRule(compiled, at * 50, asRule(policy)))));
  const facts = median(
    Array.from({ length: rounds }, () => {
      const observations = makeRequests(policies, 500, random).map((request) => asObservation(request, 0));
      return timed(() => observations.forEach((observation) => void factsOf(observation))) / observations.length;
    }),
  );
  return [
    plain('compile 10000 policies', whole),
    plain('exchange one of 10000', one),
    {
      bench: 'policies',
      figure: 'exchange one of 10000 against compiling all',
      unit: 'x',
      value: one / whole,
      goal: { sign: '<=', value: 0.1 },
    },
    plain('facts of one request', facts),
  ];
}

function plain(figure: string, value: number): Figure {
  return { bench: 'policies', figure, unit: 'CPU us', value, goal: null };
}

function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function aim(figure: string, value: number, at: number): Figure {
  return { bench: 'policies', figure, unit: 'x', value, goal: { sign: '<=', value: at, isAim: true } };
}
