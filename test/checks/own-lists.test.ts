import { describe, expect, test } from 'vitest';
import { allowlist } from '../../src/checks/allowlist.ts';
import { denylist } from '../../src/checks/denylist.ts';
import type { Activity } from '../../src/domain/activity.ts';
import { newRecipient, noon } from '../builders.ts';
import { find } from './find.ts';
import { aList, noList } from './lists.ts';

const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
/** The same 20 bytes as `newRecipient`, as Tron writes them in hexadecimal. */
const onTron = `41${newRecipient.slice(2)}`;

const elsewhere: Partial<Activity> = { destinations: [{ address: other, amountBase: '1' }] };
const both: Partial<Activity> = {
  destinations: [newRecipient, other].map((address) => ({ address, amountBase: '1' })),
};

describe('denylist', () => {
  test.each([
    ['the recipient', newRecipient],
    ['in another case', newRecipient.toLowerCase()],
    ['on another network', onTron],
  ])('stops for a line that is %s', async (_, line) => {
    const finding = find(denylist(await aList(`# nobody\n${line}  # why\n`, 'owners')));

    expect(finding).toMatchObject({ outcome: 'stop', evidence: { 'the recipient': newRecipient, entries: '1' } });
  });

  test('passes whoever is not on it', async () => {
    expect(find(denylist(await aList(other, 'owners')))).toMatchObject({ outcome: 'pass', dataAt: noon });
  });

  test('goes on stopping by the old list when a newer one was refused, and flags everything else', async () => {
    const read = await aList(other, 'owners', { refused: 'denylist.txt line 7: "x" is no address' });

    expect(find(denylist(read), elsewhere).outcome).toBe('stop');
    expect(find(denylist(read))).toMatchObject({
      outcome: 'flag',
      words:
        'a newer denylist was refused, that of 2026-11-20T12:00:00Z is in force: denylist.txt line 7: "x" is no address',
      dataAt: noon,
    });
  });

  test('is unavailable without a list, and where something in it cannot be read', async () => {
    const read = await aList(other, 'owners');

    expect(find(denylist(noList)).outcome).toBe('unavailable');
    expect(find(denylist(read), { decoded: { kind: 'undecodable', reason: 'no ABI' } }).outcome).toBe('unavailable');
  });
});

describe('allowlist', () => {
  test('passes a recipient that is on it, however it is written', async () => {
    expect(find(allowlist(await aList(newRecipient.toLowerCase(), 'exact'))).outcome).toBe('pass');
  });

  test.each<readonly [string, string, Partial<Activity>]>([
    ['another recipient', other, {}],
    ['one of two recipients', newRecipient, both],
    // The same key on another network need not be the same owner: a contract is not there.
    ['the same bytes in an address of another network', tronOf(), {}],
  ])('flags %s', async (_, line, activity) => {
    expect(find(allowlist(await aList(line, 'exact')), activity).outcome).toBe('flag');
  });

  test.each<readonly [string, Partial<Activity>]>([
    ['no recipient', { destinations: [] }],
    ['a recipient that cannot be read', { destinations: [{ address: 'somebody', amountBase: null }] }],
    ['an unknown network', { network: 'Atlantis' }],
  ])('is unavailable for %s', async (_, activity) => {
    expect(find(allowlist(await aList(newRecipient, 'exact')), activity).outcome).toBe('unavailable');
  });

  test('flags also those on it when a newer list was refused: it may have lost them', async () => {
    const read = await aList(newRecipient, 'exact', { refused: 'allowlist.txt line 1' });

    expect(find(allowlist(read)).outcome).toBe('flag');
  });

  test('is unavailable without a list', () => {
    expect(find(allowlist(noList)).outcome).toBe('unavailable');
  });
});

/** Some address of Tron; which one does not matter. */
function tronOf(): string {
  return 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre';
}
