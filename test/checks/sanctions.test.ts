import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sanctions } from '../../src/checks/sanctions.ts';
import { noRequest, type Activity } from '../../src/domain/activity.ts';
import { newRecipient, noon, hourMs, usdcContract } from '../builders.ts';
import { find } from './find.ts';
import { aList, noList } from './lists.ts';

const sanctioned = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';
const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

function to(address: string): Partial<Activity> {
  return { destinations: [{ address, amountBase: '1' }] };
}

function calling(data: string): Partial<Activity> {
  return { request: { ...noRequest, call: { chainId: '1', to: usdcContract, valueBase: '0', data } } };
}

const check = (read: Awaited<ReturnType<typeof aList>>) => sanctions({ read, maxAgeMs: 24 * hourMs });

describe('sanctions', () => {
  test('passes when nobody in it is listed, and says which list it was', async () => {
    const finding = find(check(await aList(sanctioned)));

    expect(finding).toEqual({
      check: 'sanctions',
      title: 'Sanctions',
      outcome: 'pass',
      words: 'nobody in it is on the sanctions list',
      evidence: { entries: '1', asOf: '2026-11-20T12:00:00Z', sha256: 'a'.repeat(64) },
      dataAt: noon,
    });
  });

  test('tells a hit with the whole address, its role and the list', async () => {
    const finding = find(check(await aList(sanctioned)), to(sanctioned));

    expect(finding).toMatchObject({
      outcome: 'stop',
      words: `sanctioned: the recipient ${sanctioned}`,
      evidence: { 'the recipient': sanctioned, entries: '1', sha256: 'a'.repeat(64) },
      dataAt: noon,
    });
  });

  const listedWord = sanctioned.slice(2).toLowerCase().padStart(64, '0');
  test.each<readonly [string, Partial<Activity>]>([
    ['the recipient in lower case', to(sanctioned.toLowerCase())],
    ['the second recipient', { destinations: [other, sanctioned].map((address) => ({ address, amountBase: '1' })) }],
    ['on another EVM network', { ...to(sanctioned), network: 'Polygon' }],
    ['on a network that nobody here knows', { ...to(sanctioned), network: 'Atlantis' }],
    [
      'the token itself',
      { asset: { standard: 'Erc20', reference: sanctioned, symbol: 'USDC', decimals: 6, verified: true } },
    ],
    [
      'the recipient in the decoded payload',
      { decoded: { kind: 'transfer', asset: null, to: sanctioned, amountBase: '1' } },
    ],
    ["the recipient in the platform's summary", { claim: { to: sanctioned, asset: null, amountBase: null } }],
    [
      'the contract',
      { request: { ...noRequest, call: { chainId: null, to: sanctioned, valueBase: '0', data: '0x' } } },
    ],
    ['the recipient of a token call', calling(`0xa9059cbb${listedWord}${'1'.padStart(64, '0')}`)],
    ['the spender of an approval', calling(`0x095ea7b3${listedWord}${'f'.repeat(64)}`)],
    ['an argument of a function that nobody here knows', calling(`0x12345678${'0'.repeat(64)}${listedWord}`)],
    ['typed data', { request: { ...noRequest, typedData: `{"primaryType":"X","message":{"to":"${sanctioned}"}}` } }],
  ])('stops for %s', async (_, activity) => {
    expect(find(check(await aList(sanctioned)), activity).outcome).toBe('stop');
  });

  test.each([
    ['a list that was never read', noList, {}],
    ['a recipient that cannot be read', null, to('somebody')],
    [
      'a network without a reader of addresses',
      null,
      { network: 'Stellar', ...to('GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ') },
    ],
    ['an undecodable payload', null, { decoded: { kind: 'undecodable', reason: 'no ABI' } }],
    ['calls that are nested too deep', null, calling(nested(6))],
    ['nobody in it at all', null, { destinations: [], asset: null }],
  ] as const)('is unavailable for %s', async (_, read, activity) => {
    expect(find(check(read ?? (await aList(sanctioned))), activity).outcome).toBe('unavailable');
  });

  test.each([
    ['older than it may be', { dataAt: noon - 24 * hourMs - 1 }],
    ['of an unknown age', { dataAt: null }],
    ['from the future', { dataAt: noon + hourMs }],
    ['replaced by one that was refused', { refused: 'it has 3 entries, the last one had 400' }],
    ['empty', { list: { size: 0, has: () => false } }],
  ])('is unavailable while the list is %s', async (_, state) => {
    expect(find(check(await aList(sanctioned, 'lenient-owners', state))).outcome).toBe('unavailable');
  });

  test('a list may be as old as it may be', async () => {
    const read = await aList(sanctioned, 'lenient-owners', { dataAt: noon - 24 * hourMs });

    expect(find(check(read)).outcome).toBe('pass');
  });

  test.each([
    ['old', { dataAt: noon - 48 * hourMs }],
    ['refused', { refused: 'it shrank' }],
  ])('a hit on an %s list is still a hit', async (_, state) => {
    expect(find(check(await aList(sanctioned, 'lenient-owners', state)), to(sanctioned)).outcome).toBe('stop');
  });

  test('passes a change of a policy, in which nobody is named', async () => {
    const activity = { kind: 'policy-change', destinations: [], asset: null } as const;

    expect(find(check(await aList(sanctioned)), activity).outcome).toBe('pass');
  });
});

function word(value: number): string {
  return value.toString(16).padStart(64, '0');
}

function nested(depth: number): string {
  const inner = depth === 0 ? `0xa9059cbb${'0'.repeat(128)}` : nested(depth - 1);
  const bytes = (inner.length - 2) / 2;
  const padded = inner.slice(2).padEnd(Math.ceil(bytes / 32) * 64, '0');
  return `0xac9650d8${word(32)}${word(1)}${word(32)}${word(bytes)}${padded}`;
}

const vectors = new URL('../../../shared/vectors/', import.meta.url);
const isHere = existsSync(vectors);
if (!isHere) process.stderr.write('skipped: there are no copies of the public list here to read\n');

describe.skipIf(!isHere)('the public list of OFAC', () => {
  const folder = new URL('ofac/', vectors);
  const files = isHere
    ? readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const)
    : [];

  test.each(files)('%s is read to its last entry, and finds every one of them', async (_, text) => {
    const entries = JSON.parse(text) as unknown;
    if (!Array.isArray(entries)) throw new Error('not a list');
    const read = await aList(text);

    const missed = entries.filter((entry) => find(check(read), to(String(entry))).outcome !== 'stop');

    expect(read().list?.size).toBeGreaterThan(0);
    expect(missed).toEqual([]);
  });

  test('two copies of it together find the entries of both, however they write them', async () => {
    const csv = readFileSync(new URL('ofac-eth/data.csv', vectors), 'utf8');
    const read = await aList(csv);
    const addresses = csv
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(',')[0] || []);

    const missed = addresses.filter((address) => find(check(read), to(address.toLowerCase())).outcome !== 'stop');

    expect(addresses.length).toBeGreaterThan(90);
    expect(missed).toEqual([]);
  });

  test('an address that is listed for Ethereum is a hit on every EVM network', async () => {
    const text = files.find(([name]) => name.endsWith('_ETH.json'))?.[1] ?? '[]';
    const read = await aList(text);

    for (const network of ['Ethereum', 'Polygon', 'Base', 'Bsc', 'ArbitrumOne', 'AvalancheC']) {
      expect(find(check(read), { ...to(sanctioned), network }).outcome).toBe('stop');
    }
    expect(find(check(read), to(newRecipient)).outcome).toBe('pass');
  });
});
