// What the sandbox's page makes of Slack's text: only what Slack itself would turn into a mention, a link or a style.
import { describe, expect, test } from 'vitest';
import { formatSlackDate } from '../../src/sandbox/page/mrkdwn/date.ts';
import { replaceEmoji } from '../../src/sandbox/page/mrkdwn/emoji.ts';
import { parseMrkdwn } from '../../src/sandbox/page/mrkdwn/parse.ts';
import type { Inline } from '../../src/sandbox/page/mrkdwn/parse.ts';

/** The tree in one line: `kind(content)`, plain text as it is. */
function sketch(nodes: Inline[]): string {
  return nodes.map(sketchNode).join('');
}

function sketchNode(node: Inline): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return '⏎';
    case 'code':
      return `code(${sketch(node.children)})`;
    case 'styled':
      return `${node.style}(${sketch(node.children)})`;
    case 'emoji':
      return node.glyph;
    case 'link':
      return `link(${node.url}|${node.label})`;
    case 'user':
    case 'channel':
    case 'group':
      return `${node.kind}(${node.id})`;
    case 'ping':
      return `ping(${node.range})`;
    case 'date':
      return `date(${node.at}|${node.fallback})`;
  }
}

const parse = (source: string, verbatim = true) =>
  parseMrkdwn(source, { verbatim })
    .map(({ kind, children }) => (kind === 'text' ? sketch(children) : `${kind}[${sketch(children)}]`))
    .join(' / ');

describe('escaped text stays text', () => {
  test.each([
    ['&lt;!channel&gt;', '<!channel>'],
    ['&lt;https://evil.example|Dfns&gt;', '<https://evil.example|Dfns>'],
    ['&lt;@U0ALICE&gt; &lt;#C0X&gt;', '<@U0ALICE> <#C0X>'],
    ['&amp;lt;!here&amp;gt;', '&lt;!here&gt;'],
    ['<b>html</b>', '<b>html</b>'],
    ['<javascript:alert(1)|click>', '<javascript:alert(1)|click>'],
    ['&quot;&#60;!channel&#62;', '&quot;&#60;!channel&#62;'],
    ['https://evil.example', 'https://evil.example'],
    [':not_an_emoji_of_ours:', ':not_an_emoji_of_ours:'],
    ['<', '<'],
    ['a < b > c', 'a < b > c'],
    ['``', '``'],
  ])('%s', (source, expected) => {
    expect(parse(source)).toBe(expected);
  });
});

describe('what an app really wrote takes effect', () => {
  test.each([
    ['<!channel> <!here> <!everyone>', 'ping(channel) ping(here) ping(everyone)'],
    ['<@U0ALICE> <@U0BOB|bob>', 'user(U0ALICE) user(U0BOB)'],
    ['<!subteam^S01TREAS>', 'group(S01TREAS)'],
    ['<https://a.example?x=1&amp;y=2|A &lt;B&gt;>', 'link(https://a.example?x=1&y=2|A <B>)'],
    ['*bold _both_* ~gone~', 'bold(bold italic(both)) strike(gone)'],
    ['snake_case_name 2*3*4', 'snake_case_name 2*3*4'],
    ['*not bold *', '*not bold *'],
    ['`a *b* <@U0BOB>`', 'code(a *b* user(U0BOB))'],
    ['*<https://a.example|a*b>*', 'bold(link(https://a.example|a*b))'],
    ['one\ntwo', 'one⏎two'],
    ['> quoted\n&gt; too\nplain', 'quote[quoted⏎too] / plain'],
    ['```x\n*y*```after', 'pre[x\n*y*] / after'],
    ['```never closed', '```never closed'],
    [':white_check_mark: done', '✅ done'],
    ['<!date^1795190400^{time}|16:00 UTC>', 'date(1795190400000|16:00 UTC)'],
    ['<!unknown^1|words>', 'words'],
  ])('%s', (source, expected) => {
    expect(parse(source)).toBe(expected);
  });
});

test('links addresses by itself only when the app did not ask for verbatim text', () => {
  expect(parse('see https://a.example/x now', false)).toBe('see link(https://a.example/x|https://a.example/x) now');
});

test('ends on any text, however many marks it is made of', () => {
  const marks = '*_~`<>:&'.repeat(60);

  const started = performance.now();
  parse(marks);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('leaves plain text alone but for its emoji', () => {
  expect(replaceEmoji('*x* :lock: <!channel> :nope:')).toBe('*x* 🔒 <!channel> :nope:');
});

describe('dates', () => {
  const at = 1_795_190_400_000;
  const format = (text: string, timeZone: string, now: number) =>
    formatSlackDate(at, text, { timeZone, now }).replaceAll(/\s/g, ' ');
  const dayMs = 86_400_000;

  test.each([
    ['{date_num} {time}', 'UTC', at, '2026-11-20 4:00 PM'],
    ['{date_short} at {time_secs}', 'America/New_York', at, 'Nov 20, 2026 at 11:00:00 AM'],
    ['{date_short_pretty} at {time}', 'UTC', at, 'Today at 4:00 PM'],
    ['{date_pretty}', 'UTC', at + dayMs, 'Yesterday'],
    ['{date_short_pretty}', 'UTC', at - dayMs, 'Tomorrow'],
    ['{date_short_pretty}', 'Asia/Tokyo', at - 3 * dayMs, 'Nov 21, 2026'],
    ['{date_long}', 'UTC', at, 'Friday, November 20, 2026'],
    ['{ago}', 'UTC', at + 7_200_000, '2 hours ago'],
    ['{unknown}', 'UTC', at, '{unknown}'],
  ])('%s in %s', (text, zone, now, expected) => {
    expect(format(text, zone, now)).toBe(expected);
  });
});
