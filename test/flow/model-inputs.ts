// What the model test does: every input that people, platform, Slack, clock and crashes can give, weighted.
import * as fc from 'fast-check';
import { crashPoints } from '../../src/flow/crash-points.ts';
import { hourMs } from '../builders.ts';
import { platformIds, type Action, type Move } from './model-world.ts';

const users = fc.constantFrom('alice', 'bob', 'carol', 'carol2', 'dave', 'mallory');
const approver = fc.constantFrom('alice', 'bob', 'carol');
const on = fc.nat({ max: platformIds.length - 1 });
const memo = fc.constantFrom('a', 'a', 'b', 'c');

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('vote'),
      on,
      user: users,
      choice: fc.constantFrom('approve', 'approve', 'approve', 'deny'),
      stale: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('withdraw'), on, user: users }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lift'), on, user: fc.constantFrom('alice', 'dave', 'bob') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pause'),
      person: fc.constantFrom('carol', 'alice'),
      name: fc.constantFrom('approvals', 'automation'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('resume'),
      person: fc.constantFrom('dave', 'alice'),
      name: fc.constantFrom('approvals', 'automation'),
    }),
  },
);

const answer: fc.Arbitrary<Action> = fc.constantFrom(
  { kind: 'answer', outcome: { kind: 'unknown', reason: 'timeout' }, apply: true },
  { kind: 'answer', outcome: { kind: 'unknown', reason: 'status 502' }, apply: false },
  { kind: 'answer', outcome: { kind: 'not-sent', reason: 'status 429', retryAfterMs: 5000 }, apply: false },
  { kind: 'answer', outcome: { kind: 'refused', reason: 'status 400', mayNotVote: false }, apply: false },
  { kind: 'answer', outcome: { kind: 'refused', reason: 'status 403', mayNotVote: true }, apply: false },
);

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 24, arbitrary: move },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('arrive'), on, memo }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mutate'), on, memo }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('elsewhere'), on, value: fc.constantFrom('approved', 'denied') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire'), on }) },
  { weight: 3, arbitrary: answer },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('slack'),
      user: users,
      reading: fc.constantFrom('active', 'active', 'refused', 'unreachable'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('check'), outcome: fc.constantFrom('pass', 'pass', 'flag', 'stop') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('platform'),
      readable: fc.constantFrom('yes', 'yes', 'yes', 'unavailable', 'unreadable'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('advance'),
      ms: fc.constantFrom(1000, 5000, 15_000, 30_000, 30_000, 60_000, hourMs),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('work'), twice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash'), at: fc.constantFrom(...crashPoints) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retry'), on }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'sweep' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('meanwhile'), during: fc.constantFrom('check', 'send'), move }),
  },
);

/** What may take away what a decision rests on. */
const disturbance: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('slack'), user: approver, reading: fc.constant('refused') }),
  fc.record({ kind: fc.constant('withdraw'), on, user: approver }),
  fc.record({ kind: fc.constant('mutate'), on, memo }),
  fc.record({ kind: fc.constant('pause'), person: approver, name: fc.constant('approvals') }),
  fc.record({ kind: fc.constant('vote'), on, user: approver, choice: fc.constant('deny'), stale: fc.constant(false) }),
  action,
);

/** What seldom comes about by chance: people agree, and then something happens inside or after the pause. */
const agreement: fc.Arbitrary<readonly Action[]> = fc
  .record({
    on,
    people: fc.shuffledSubarray(['alice', 'bob', 'carol'], { minLength: 1 }),
    // The place of the one who rejects; often nobody does.
    rejects: fc.constantFrom(0, 1, 2, 3, 3, 3),
    next: fc.array(disturbance, { maxLength: 2 }),
    waits: fc.constantFrom(29_000, 30_000, 60_000),
  })
  .map(({ on: index, people, rejects, next, waits }) => [
    { kind: 'arrive', on: index, memo: 'a' },
    { kind: 'work', twice: false },
    ...people.map((user, place): Action => {
      const choice = place === rejects ? 'deny' : 'approve';
      return { kind: 'vote', on: index, user, choice, stale: false };
    }),
    ...next,
    { kind: 'advance', ms: waits },
  ]);

export const inputs: fc.Arbitrary<readonly Action[]> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: action.map((one): readonly Action[] => [one]) },
      { weight: 1, arbitrary: agreement },
    ),
    {
      minLength: 8,
      maxLength: 36,
      size: 'max',
    },
  )
  .map((scenes) => scenes.flat());

export const settings = fc.record({
  automation: fc.boolean(),
  quorum: fc.constantFrom(2, 2, 3),
  denyQuorum: fc.constantFrom(1, 1, 2),
  platformQuorum: fc.constantFrom(1, 1, 2),
  budgetCount: fc.constantFrom(1, 2),
});

export type Settings = {
  automation: boolean;
  quorum: number;
  denyQuorum: number;
  platformQuorum: number;
  budgetCount: number;
};
