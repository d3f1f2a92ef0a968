// The judge of Block Kit: every documented limit of modals and Home holds exactly at its edge.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/sandbox/slack/json.ts';
import { checkView } from '../../src/sandbox/slack/limits/check.ts';
import { sentence } from '../../src/sandbox/slack/limits/problems.ts';
import { field, home, input, many, modal, mrkdwn, plain, section, x } from './slack-blocks.ts';

type Surface = 'modal' | 'home';

function complaints(view: JsonObject, surface: Surface): string[] {
  return checkView(view, surface).problems.map(sentence);
}

const alert = (length: number): JsonObject => modal({ blocks: [{ type: 'alert', text: mrkdwn(x(length)) }] });
const level = (name: string): JsonObject => modal({ blocks: [{ type: 'alert', level: name, text: mrkdwn('a') }] });

const LENGTHS: [name: string, max: number, make: (length: number) => JsonObject, pointer: string][] = [
  ['title', 24, (n) => modal({ title: plain(x(n)) }), '/title/text'],
  ['submit', 24, (n) => modal({ submit: plain(x(n)) }), '/submit/text'],
  ['close', 24, (n) => modal({ close: plain(x(n)) }), '/close/text'],
  ['private_metadata', 3_000, (n) => modal({ private_metadata: x(n) }), '/private_metadata'],
  ['callback_id', 255, (n) => modal({ callback_id: x(n) }), '/callback_id'],
  ['external_id', 255, (n) => modal({ external_id: x(n) }), '/external_id'],
  ['an alert', 200, alert, '/blocks/0/text/text'],
];

const focused = input(field({ focus_on_load: true }));
const named = section({ block_id: 'a' });

const RULES: [name: string, surface: Surface, right: JsonObject, wrong: JsonObject, complaint: string][] = [
  [
    'a modal has a title',
    'modal',
    modal(),
    { type: 'modal', blocks: [] },
    'missing required field: title [json-pointer:/view]',
  ],
  [
    'a modal has at most 100 blocks',
    'modal',
    modal({ blocks: many(100, () => section()) }),
    modal({ blocks: many(101, () => section()) }),
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ],
  [
    'Home has at most 100 blocks',
    'home',
    home({ blocks: many(100, () => section()) }),
    home({ blocks: many(101, () => section()) }),
    'no more than 100 items allowed [json-pointer:/view/blocks]',
  ],
  [
    'inputs need a submit button',
    'modal',
    modal({ blocks: [input(field())] }),
    { type: 'modal', title: plain('T'), blocks: [section(), input(field())] },
    'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]',
  ],
  [
    'alert levels are known',
    'modal',
    level('error'),
    level('fatal'),
    'must provide one of: default, info, warning, error, success [json-pointer:/view/blocks/0/level]',
  ],
  [
    'Home has no alert',
    'home',
    home(),
    home({ blocks: [{ type: 'alert', text: mrkdwn('a') }] }),
    'unsupported type: alert [json-pointer:/view/blocks/0/type]',
  ],
  [
    'views have no markdown',
    'modal',
    modal(),
    modal({ blocks: [{ type: 'markdown', text: 'a' }] }),
    'unsupported type: markdown [json-pointer:/view/blocks/0/type]',
  ],
  [
    'Home has no title',
    'home',
    home(),
    home({ title: plain('T') }),
    'invalid additional property: title [json-pointer:/view]',
  ],
  ['a modal is no Home', 'home', home(), modal(), 'must provide one of: home [json-pointer:/view/type]'],
  [
    'one element has the focus',
    'modal',
    modal({ blocks: [focused] }),
    modal({ blocks: [focused, focused] }),
    'only one element can have `focus_on_load` set to true [json-pointer:/view/blocks/1/element/focus_on_load]',
  ],
  [
    'each block_id is used once',
    'modal',
    modal({ blocks: [named] }),
    modal({ blocks: [named, named] }),
    '`block_id` "a" already exists in this view [json-pointer:/view/blocks/1/block_id]',
  ],
];

describe('views', () => {
  it.each(LENGTHS)('keep the length of %s: %d', (_name, max, make, pointer) => {
    expect(complaints(make(max), 'modal')).toEqual([]);
    expect(complaints(make(max + 1), 'modal')).toEqual([
      `must be less than ${max + 1} characters [json-pointer:/view${pointer}]`,
    ]);
    expect(checkView(make(max + 1), 'modal').error).toBe('invalid_arguments');
  });

  it.each(RULES)('obey that %s', (_name, surface, right, wrong, complaint) => {
    expect(complaints(right, surface)).toEqual([]);
    expect(complaints(wrong, surface)).toContain(complaint);
  });

  it('are at most 250 kB, whatever is inside', () => {
    const large = modal({ blocks: many(90, () => section({ text: mrkdwn(x(2_900)) })) });

    expect(checkView(large, 'modal').error).toBe('view_too_large');
  });
});
