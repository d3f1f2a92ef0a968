import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/cli/command.ts';
import { splitRemedy } from '../../src/cli/doctor-report.ts';
import { createTerminal, printable, table } from '../../src/cli/terminal.ts';
import { webhookAddress } from '../../src/cli/webhook.ts';
import { span } from '../../src/cli/words.ts';

function stream(isTTY: boolean, colours: boolean) {
  const written: string[] = [];
  return {
    written,
    isTTY,
    hasColors: () => colours,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  };
}

describe('the terminal', () => {
  it.each([
    ['on a terminal with colours', true, true, '\u001b[31mno\u001b[39m'],
    ['on a terminal whose owner set NO_COLOR', true, false, 'no'],
    ['in a pipe', false, true, 'no'],
  ])('%s', (_name, isTTY, colours, expected) => {
    const out = stream(isTTY, colours);

    expect(createTerminal({ out, err: out }).paint('red', 'no')).toBe(expected);
  });

  it('shows progress only where somebody looks', () => {
    const [watched, piped] = [stream(true, false), stream(false, false)];

    createTerminal({ out: watched, err: watched }).progress('1000 rows');
    createTerminal({ out: piped, err: piped }).progress('1000 rows');

    expect(watched.written.join('')).toContain('1000 rows');
    expect(piped.written).toEqual([]);
  });

  it.each([
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a line break', 'a\nb', 'a\\u{a}b'],
    ['a right-to-left override', '\u202Egnp.exe', '\\u{202e}gnp.exe'],
    ['a zero-width space', 'a\u200Bb', 'a\\u{200b}b'],
    ['ordinary words in any script', 'Zoë 田中 ✓', 'Zoë 田中 ✓'],
    ['something endless', 'x'.repeat(3000), `${'x'.repeat(2000)}…`],
  ])('makes %s harmless', (_name, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('aligns columns and leaves no blanks at the end', () => {
    expect(
      table([
        ['A', 'BB', 'C'],
        ['aaa', 'b', ''],
      ]),
    ).toEqual(['A    BB  C', 'aaa  b']);
  });

  it.each([
    [0, '0 s'],
    [8_400, '8 s'],
    [720_000, '12 min'],
    [90_061_000, '1 d 1 h'],
    [86_400_000, '1 d'],
  ])('says %d ms as %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });
});

describe('a fault in words', () => {
  it('names its causes, the same words only once', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1');
    const fault = new Error('failed to migrate', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1', { cause }) });

    expect(wordsOf(fault)).toBe('failed to migrate\n  because: connect ECONNREFUSED 127.0.0.1:1');
  });

  it('has words even when the fault has none of its own', () => {
    expect(wordsOf(new AggregateError([new Error('refused by ::1'), new Error('refused by 127.0.0.1')]))).toBe(
      'refused by ::1; refused by 127.0.0.1',
    );
  });

  it.each([
    [
      'Redis 5.0.7 is too old: Countersign needs 6.2 or later. Upgrade it, or unset REDIS_URL.',
      'Redis 5.0.7 is too old: Countersign needs 6.2 or later',
      'Upgrade it, or unset REDIS_URL.',
    ],
    ['the database does not answer', 'the database does not answer', 'Look.'],
  ])('keeps what to do apart from what is wrong: %s', (text, words, remedy) => {
    expect(splitRemedy(text, 'Look.')).toEqual({ words, remedy });
  });
});

describe('the address of a webhook', () => {
  it.each([
    ['a host', 'https://bot.example.com', 'https://bot.example.com/webhooks/treasury'],
    ['a whole address', 'https://bot.example.com/webhooks/treasury', 'https://bot.example.com/webhooks/treasury'],
    ['a proxy’s prefix', 'https://example.com/bot/', 'https://example.com/bot/webhooks/treasury'],
    ['this machine', 'http://127.0.0.1:3000', 'http://127.0.0.1:3000/webhooks/treasury'],
  ])('follows from %s', (_name, given, address) => {
    expect(webhookAddress(given, 'treasury')).toBe(address);
  });

  it.each([
    ['no address', 'bot.example.com', 'is not an address'],
    ['no encryption', 'http://bot.example.com', 'must begin with https://'],
    ['another connection', 'https://bot.example.com/webhooks/other', 'ends with /webhooks/treasury'],
  ])('is refused with %s', (_name, given, words) => {
    expect(() => webhookAddress(given, 'treasury')).toThrow(words);
  });
});
