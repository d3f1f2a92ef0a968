import { describe, expect, test } from 'vitest';
import { anAsset, newRecipient } from '../builders.ts';
import { find } from './find.ts';

describe('hidden-characters', () => {
  test.each([
    ['a right-to-left override', 'pay \u{202E}ecila', 'U+202E'],
    ['an isolate', 'a\u{2066}b', 'U+2066'],
    ['a zero-width space', 'ali\u{200B}ce', 'U+200B'],
    ['a soft hyphen', 'ali\u{AD}ce', 'U+00AD'],
    ['a tag character', 'a\u{E0041}', 'U+E0041'],
    ['a Hangul filler', 'a\u{3164}', 'U+3164'],
    ['a combining grapheme joiner', 'a\u{34F}', 'U+034F'],
    ['a lone surrogate', 'a\uD800', 'U+D800'],
    ['a null character', 'a\u{0}', 'U+0000'],
    ['an escape character', 'a\u{1B}[2K', 'U+001B'],
    ['a byte order mark', '\u{FEFF}a', 'U+FEFF'],
    ['a line separator', 'a\u{2028}b', 'U+2028'],
    ['private use', 'a\u{E000}', 'U+E000'],
  ])('flags %s in a memo', (_, memo, mark) => {
    expect(find('hidden-characters', { memo })).toMatchObject({ outcome: 'flag', evidence: { 'the memo': mark } });
  });

  test.each(['Invoice 42 – März', 'two\nlines\tand a tab', '送金', 'فاتورة', 'heart ❤️', '', 'é and e\u{301}'])(
    'passes %j',
    (memo) => {
      expect(find('hidden-characters', { memo }).outcome).toBe('pass');
    },
  );

  test.each([
    ['the external id', { externalId: 'a\u{202E}' }],
    ["the asset's symbol", { asset: anAsset({ symbol: 'US\u{200B}DC' }) }],
    ["the wallet's name", { wallet: { id: 'wa-1', name: 'Hot\u{200B}' } }],
    ['the recipient', { destinations: [{ address: `${newRecipient}\u{200B}`, amountBase: '1' }] }],
  ] as const)('looks into %s', (label, activity) => {
    expect(Object.keys(find('hidden-characters', activity).evidence)).toEqual([label]);
  });

  test('the words themselves hide nothing', () => {
    const { words } = find('hidden-characters', { memo: '\u{202E}\u{200B}\uD800' });

    expect(words).toBe('the memo hides U+202E U+200B U+D800');
  });
});
