import * as fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, shortFingerprint } from '../../src/domain/fingerprint.ts';
import { isExactJson, readJson, type ExactJson } from '../../src/domain/json.ts';
import { anApproval } from '../builders.ts';

function fingerprintOfText(text: string): string {
  const reading = readJson(text);
  if (reading.kind === 'malformed') throw new Error(reading.reason);
  return fingerprintOf(anApproval({ decisive: reading.value }));
}

const hash = (decisive: ExactJson): string => fingerprintOf(anApproval({ decisive }));

/** Exact JSON with everything that the mark for numbers could be confused with. */
const documents = fc
  .letrec<{ value: ExactJson; list: ExactJson; record: ExactJson }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<ExactJson>(null, true, false, '', '1', '#', '#!', '"\\ud800"', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc
        .constantFrom('1', '1.0', '1e0', '-0', '0', '9007199254740992', '9007199254740993')
        .map((text) => new LosslessNumber(text)),
      tie('list'),
      tie('record'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    record: fc.dictionary(
      fc.oneof(
        fc.constantFrom('#', '##', '#!', '##!', 'a', '"\\ud800"', '\ud800', '#"\\ud800"'),
        fc.string({ unit: 'binary', maxLength: 2 }),
      ),
      tie('value'),
      { maxKeys: 3 },
    ),
  }))
  .value.filter(isExactJson);

describe('the same content has the same fingerprint', () => {
  test('whatever the order of its keys', () => {
    expect(fingerprintOfText('{"a":1,"b":{"c":2,"d":3}}')).toBe(fingerprintOfText('{"b":{"d":3,"c":2},"a":1}'));
  });

  test('whatever its white space and escapes', () => {
    expect(fingerprintOfText('{ "a" : "\\u0041" }')).toBe(fingerprintOfText('{"a":"A"}'));
  });

  test('for every document, with its keys reversed', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(hash(reversed(document))).toBe(hash(document));
      }),
    );
  });
});

describe('other content has another fingerprint', () => {
  test.each([
    ['the number 1 and the text "1"', '{"a":1}', '{"a":"1"}'],
    ['1 and 1.0', '{"a":1}', '{"a":1.0}'],
    ['two numbers above 2^53', '{"a":9007199254740992}', '{"a":9007199254740993}'],
    ['a number and an object that imitates its mark', '{"a":1}', '{"a":{"#":"1"}}'],
    ['a mark and a doubled mark', '{"a":{"#":"1"}}', '{"a":{"##":"1"}}'],
    ['null and a missing key', '{"a":null}', '{}'],
    ['a list and its order', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['an empty list and an empty object', '{"a":[]}', '{"a":{}}'],
    ['false and null', '{"a":false}', '{"a":null}'],
    ['a lone surrogate and its escape as text', '{"a":"\\ud800"}', '{"a":"\\"\\\\ud800\\""}'],
    ['two lone surrogates', '{"a":"\\ud800"}', '{"a":"\\ud801"}'],
    ['composed and combining characters', '{"a":"é"}', '{"a":"e\\u0301"}'],
  ])('%s', (_, one, other) => {
    expect(fingerprintOfText(one)).not.toBe(fingerprintOfText(other));
  });

  test('for every two different documents', () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        expect(hash(one) === hash(other)).toBe(plain(one) === plain(other));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['platform', { platform: 'other' }],
    ['organisation', { organisation: 'or-other' }],
    ['environment', { environment: 'https://api.uae.dfns.io' }],
    ['approval', { id: 'ap-other' }],
    ['initiator', { initiator: { account: 'us-other', serviceAccount: false } }],
    ['missing initiator', { initiator: null }],
  ])('another %s', (_, change) => {
    const decisive = { a: 'same' };

    expect(fingerprintOf(anApproval({ ...change, decisive }))).not.toBe(hash(decisive));
  });
});

describe('what is not part of the content', () => {
  test('a status, decisions and dates change nothing', () => {
    const decisive = { a: 'same' };

    const later = anApproval({
      decisive,
      status: 'approved',
      statusText: 'Approved',
      decisions: [{ account: 'us-1', value: 'approved', reason: null, decidedAt: 1 }],
      expiresAt: 5,
    });

    expect(fingerprintOf(later)).toBe(hash(decisive));
  });
});

describe('for reading', () => {
  test('the first twelve digits in groups', () => {
    expect(shortFingerprint('7f3a91c20d4e5555')).toBe('7F3A-91C2-0D4E');
  });

  test('the whole is 64 lower-case hex digits', () => {
    expect(hash({})).toMatch(/^[0-9a-f]{64}$/);
  });
});

function reversed(value: ExactJson): ExactJson {
  if (value instanceof LosslessNumber || value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, entry]) => [key, reversed(entry)]),
  );
}

function isList(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}

/** Another one-to-one form: kinds are told by tags in lists, and keys are sorted by code unit. */
function plain(value: ExactJson): string {
  if (value instanceof LosslessNumber) return JSON.stringify(['number', value.value]);
  if (value === null || typeof value !== 'object') return JSON.stringify(['plain', value]);
  if (isList(value)) return JSON.stringify(['list', value.map(plain)]);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(['record', entries.map(([key, entry]) => [key, plain(entry)])]);
}
