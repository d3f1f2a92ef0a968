// What travels with a click, and instants in words.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actionIds,
  callbackIds,
  readButtonValue,
  readModalMetadata,
  reasonCodes,
  reasonCodeWords,
  writeButtonValue,
  writeModalMetadata,
} from '../../../src/slack/action-ids.ts';
import { dateAndTime, duration, utc } from '../../../src/slack/views/when.ts';
import { noon } from '../../builders.ts';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const id = fc.uuid();

describe('button values', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(id, fc.option(hash), fc.nat(), (approvalId, fp, rev) => {
        const text = writeButtonValue({ id: approvalId, fp, rev });

        expect(readButtonValue(text)).toEqual({ v: 1, id: approvalId, fp, rev });
        expect(text.length).toBeLessThan(2000);
      }),
    );
  });

  it('are null for everything that we did not write', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readButtonValue(value)).toBe(null);
        expect(readButtonValue(JSON.stringify(value))).toBe(null);
        expect(readModalMetadata(value)).toBe(null);
      }),
    );
  });

  it.each([
    ['no JSON', 'ap-1'],
    ['another version', { v: 2, id: 'a', fp: null, rev: 0 }],
    ['a short fingerprint', { v: 1, id: 'a', fp: '7f3a91c20d4e', rev: 0 }],
    ['an upper-case fingerprint', { v: 1, id: 'a', fp: 'A'.repeat(64), rev: 0 }],
    ['a negative revision', { v: 1, id: 'a', fp: null, rev: -1 }],
    ['an id with a path in it', { v: 1, id: '../a', fp: null, rev: 0 }],
    ['one key too many', { v: 1, id: 'a', fp: null, rev: 0, vote: 'approve' }],
    ['two thousand and one characters', `${' '.repeat(2001)}{}`],
  ])('are null for %s', (_why, value) => {
    expect(readButtonValue(typeof value === 'string' ? value : JSON.stringify(value))).toBe(null);
  });
});

describe('modal metadata', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(id, hash, hash, (approvalId, fingerprint, shown) => {
        const metadata = { approvalId, fingerprint, shown };

        expect(readModalMetadata(writeModalMetadata(metadata))).toEqual(metadata);
      }),
    );
  });

  it('is null when it is empty', () => {
    expect(readModalMetadata('')).toBe(null);
  });
});

describe('ids', () => {
  it('are all different and none begins another one, so that each click has one listener', () => {
    for (const ids of [Object.values(actionIds), Object.values(callbackIds)]) {
      expect(new Set<string>(ids).size).toBe(ids.length);
    }
  });

  it('know the words of every reason code and of no other', () => {
    expect(reasonCodes.map(({ code }) => reasonCodeWords(code))).toEqual(reasonCodes.map(({ words }) => words));
    expect(reasonCodeWords('toString')).toBe(null);
  });
});

describe('instants', () => {
  it('are tokens with a plain UTC fallback', () => {
    expect(dateAndTime(noon)).toBe('<!date^1795176000^{date_short_pretty} at {time}|2026-11-20 12:00 UTC>');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15])('say so when %s is no date', (at) => {
    expect(dateAndTime(at)).toBe('an unreadable date');
  });

  it('are the same in plain words as Date says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_000 }), (at) => {
        const [day, time] = new Date(at).toISOString().split(/[T.]/);

        expect(utc(at)).toBe(`${day} ${time?.slice(0, 5)} UTC`);
      }),
    );
  });

  it.each([
    [-5, '0 seconds'],
    [999, '0 seconds'],
    [1000, '1 second'],
    [30_000, '30 seconds'],
    [119_999, '119 seconds'],
    [120_000, '2 minutes'],
    [7_199_000, '119 minutes'],
    [7_200_000, '2 hours'],
    [172_800_000, '2 days'],
  ])('of %d ms are "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
