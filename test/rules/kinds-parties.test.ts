import { describe, expect, test } from 'vitest';
import { noRequest, type Activity } from '../../src/domain/activity.ts';
import type { Truth } from '../../src/domain/rulebook.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { answerOf, aPayout, supplier, usdc, withConditions } from './rulebooks.ts';

const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

function withFields(fields: Readonly<Record<string, readonly string[]>>): Partial<Activity> {
  return { request: { ...noRequest, fields } };
}

function to(...addresses: readonly string[]): Partial<Activity> {
  return { destinations: addresses.map((address) => ({ address, amountBase: null })) };
}

const ether: Partial<Activity> = {
  asset: { standard: 'Native', reference: null, symbol: 'ETH', decimals: 18, verified: null },
  amountBase: '1000',
};

test.each<[string, string, Partial<Activity>, Truth]>([
  ['it is sent from', `{ kind: sender, in: [${other}] }`, withFields({ sender: [other.toLowerCase()] }), 'true'],
  ['another sender', `{ kind: sender, in: [${other}] }`, withFields({ sender: [supplier] }), 'false'],
  ['a list of senders', '{ kind: sender, in: $suppliers }', withFields({ sender: [supplier] }), 'true'],
  ['an unknown sender', `{ kind: sender, in: [${other}] }`, {}, 'unknown'],
  ['a sender that cannot be read', `{ kind: sender, in: [${other}] }`, withFields({ sender: ['bank-1'] }), 'unknown'],
  [
    'two senders, of which one is listed',
    `{ kind: sender, in: [${other}] }`,
    withFields({ sender: [other, supplier] }),
    'unknown',
  ],
  [
    'and no "not" makes a yes of it',
    `{ not: { kind: sender, in: [${other}] } }`,
    withFields({ sender: [other, supplier] }),
    'unknown',
  ],
  [
    'destinations of two types, of which one is listed',
    '{ kind: destination, types: [WALLET] }',
    withFields({ 'destination.type': ['WALLET', 'EXTERNAL'] }),
    'unknown',
  ],
  [
    'and no "not" makes a yes of these either',
    '{ not: { kind: destination, in: [a-1] } }',
    withFields({ 'destination.id': ['a-1', 'a-2'] }),
    'unknown',
  ],
  [
    'a sender on an unknown network',
    `{ kind: sender, in: [${other}] }`,
    { ...withFields({ sender: [other] }), network: 'Atlantis' },
    'unknown',
  ],
  ['whom it is signed for', `{ kind: signed-for, in: [${other}] }`, withFields({ 'signed-for': [other] }), 'true'],
  ['nobody says whom it is signed for', `{ kind: signed-for, in: [${other}] }`, {}, 'unknown'],
  [
    'the type of destination',
    '{ kind: destination, types: [WALLET] }',
    withFields({ 'destination.type': ['WALLET'] }),
    'true',
  ],
  ['another type', '{ kind: destination, types: [WALLET] }', withFields({ 'destination.type': ['EXTERNAL'] }), 'false'],
  ['an unknown type', '{ kind: destination, types: [WALLET] }', {}, 'unknown'],
  ['the destination itself', '{ kind: destination, in: [a-1] }', withFields({ 'destination.id': ['a-1'] }), 'true'],
  [
    'another type, whatever its id',
    '{ kind: destination, types: [WALLET], in: [a-1] }',
    withFields({ 'destination.type': ['EXTERNAL'] }),
    'false',
  ],
  [
    'another id, whatever its type',
    '{ kind: destination, types: [WALLET], in: [a-1] }',
    withFields({ 'destination.id': ['a-2'] }),
    'false',
  ],
  [
    'its id, of an unknown type',
    '{ kind: destination, types: [WALLET], in: [a-1] }',
    withFields({ 'destination.id': ['a-1'] }),
    'unknown',
  ],
  ['every recipient on the list', '{ kind: recipient, in: $suppliers }', to(supplier, supplier.toLowerCase()), 'true'],
  ['one recipient that is not', '{ kind: recipient, in: $suppliers }', to(supplier, usdc), 'unknown'],
  ['one that is, where one is enough', '{ kind: recipient, in: $suppliers, some: true }', to(supplier, usdc), 'true'],
  ['none, where one is enough', '{ kind: recipient, in: $suppliers, some: true }', to(usdc), 'false'],
  ['wei up to a limit', "{ kind: wei, atMost: '1000' }", ether, 'true'],
  ['a wei above it', "{ kind: wei, atMost: '999' }", ether, 'false'],
  ['wei from a limit on', "{ kind: wei, atLeast: '1000', atMost: '1000' }", ether, 'true'],
  ['wei of the coin of another EVM network', "{ kind: wei, atMost: '1000' }", { ...ether, network: 'Base' }, 'true'],
  ['wei of a token', "{ kind: wei, atMost: '1000' }", {}, 'unknown'],
  ['wei where there is none', "{ kind: wei, atMost: '1000' }", { ...ether, network: 'XrpLedger' }, 'unknown'],
])('%s', (_, condition, activity, truth) => {
  const answer = answerOf(condition, aPayout(activity));

  expect(answer).toMatchObject({ truth });
  expect(answer.words).not.toBe('');
});

describe('a condition with faults says what to write', () => {
  test.each([
    ['{ kind: wei }', 'neither atMost nor atLeast'],
    ["{ kind: wei, atMost: '1.5' }", 'whole number of wei'],
    ["{ kind: wei, atMost: '1', atLeast: '2' }", 'atLeast above its atMost'],
    ['{ kind: destination }', 'neither types nor in'],
    ['{ kind: sender, in: [bank-1] }', 'is not an address'],
    ['{ kind: recipient, in: $suppliers, some: perhaps }', 'must be true or false'],
  ])('%s', (condition, words) => {
    expect(parseRulebook(withConditions(condition))).toMatchObject({
      kind: 'faults',
      faults: [{ words: expect.stringContaining(words) }],
    });
  });
});
