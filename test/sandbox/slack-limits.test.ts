// The judge of Block Kit: every documented limit of a message's blocks holds exactly at its edge.
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/sandbox/slack/json.ts';
import { checkMessageBlocks } from '../../src/sandbox/slack/limits/check.ts';
import * as kit from './slack-blocks.ts';

const { actions, asking, button, choose, complaints, field, image, input, many, mrkdwn, option, plain, section, x } =
  kit;

const url = (length: number): string => `https://example.com/${x(length - 20)}`;
const oneOption = (over: JsonObject): JsonObject => choose('static_select', { options: [option(1, over)] });
const group = { label: plain('Group'), options: [option(1)] };
const icon = { type: 'icon_button', icon: 'trash', text: plain('Remove') };
const markdown = (length: number): JsonObject => ({ type: 'markdown', text: x(length) });
const card = (over: JsonObject): JsonObject => ({ type: 'card', ...over });
const cell = { type: 'raw_text', text: 'a' };

/** What is limited to how many characters, and where the complaint points. */
const LENGTHS: [name: string, max: number, make: (length: number) => JsonObject, pointer: string][] = [
  ['header text', 150, (n) => ({ type: 'header', text: plain(x(n)) }), '/text/text'],
  ['section text', 3_000, (n) => section({ text: mrkdwn(x(n)) }), '/text/text'],
  ['section field', 2_000, (n) => section({ fields: [mrkdwn(x(n))] }), '/fields/0/text'],
  ['context text', 3_000, (n) => ({ type: 'context', elements: [mrkdwn(x(n))] }), '/elements/0/text'],
  ['block_id', 255, (n) => section({ block_id: x(n) }), '/block_id'],
  ['action_id', 255, (n) => actions(button({ action_id: x(n) })), '/elements/0/action_id'],
  ['button text', 75, (n) => actions(button({ text: plain(x(n)) })), '/elements/0/text/text'],
  ['button value', 2_000, (n) => actions(button({ value: x(n) })), '/elements/0/value'],
  ['button url', 3_000, (n) => actions(button({ url: url(n) })), '/elements/0/url'],
  ['button label', 75, (n) => actions(button({ accessibility_label: x(n) })), '/elements/0/accessibility_label'],
  ['confirm title', 100, (n) => asking({ title: plain(x(n)) }), '/elements/0/confirm/title/text'],
  ['confirm text', 300, (n) => asking({ text: mrkdwn(x(n)) }), '/elements/0/confirm/text/text'],
  ['confirm button', 30, (n) => asking({ confirm: plain(x(n)) }), '/elements/0/confirm/confirm/text'],
  ['deny button', 30, (n) => asking({ deny: plain(x(n)) }), '/elements/0/confirm/deny/text'],
  ['option text', 75, (n) => oneOption({ text: plain(x(n)) }), '/elements/0/options/0/text/text'],
  ['option value', 75, (n) => oneOption({ value: x(n) }), '/elements/0/options/0/value'],
  ['option description', 75, (n) => oneOption({ description: plain(x(n)) }), '/elements/0/options/0/description/text'],
  [
    'option url',
    3_000,
    (n) => choose('overflow', { options: [option(1, { url: url(n) })] }),
    '/elements/0/options/0/url',
  ],
  ['placeholder', 150, (n) => choose('static_select', { placeholder: plain(x(n)) }), '/elements/0/placeholder/text'],
  ['image alt text', 2_000, (n) => image({ alt_text: x(n) }), '/alt_text'],
  ['image title', 2_000, (n) => image({ title: plain(x(n)) }), '/title/text'],
  ['image url', 3_000, (n) => image({ image_url: url(n) }), '/image_url'],
  ['input label', 2_000, (n) => input(field(), { label: plain(x(n)) }), '/label/text'],
  ['input hint', 2_000, (n) => input(field(), { hint: plain(x(n)) }), '/hint/text'],
  ['initial text', 3_000, (n) => input(field({ initial_value: x(n) })), '/element/initial_value'],
  ['markdown', 12_000, (n) => markdown(n), '/text'],
  ['card title', 150, (n) => card({ title: mrkdwn(x(n)) }), '/title/text'],
  ['card body', 200, (n) => card({ body: mrkdwn(x(n)) }), '/body/text'],
];

/** What is limited to how many items. */
const COUNTS: [name: string, max: number, make: (count: number) => JsonObject, pointer: string][] = [
  ['section fields', 10, (n) => section({ fields: many(n, () => mrkdwn('a')) }), '/fields'],
  ['context elements', 10, (n) => ({ type: 'context', elements: many(n, () => mrkdwn('a')) }), '/elements'],
  ['actions elements', 25, (n) => actions(...many(n, () => button())), '/elements'],
  ['context actions', 5, (n) => ({ type: 'context_actions', elements: many(n, () => icon) }), '/elements'],
  ['overflow options', 5, (n) => choose('overflow', { options: many(n, option) }), '/elements/0/options'],
  ['select options', 100, (n) => choose('static_select', { options: many(n, option) }), '/elements/0/options'],
  [
    'option groups',
    100,
    (n) => actions({ type: 'static_select', option_groups: many(n, () => group) }),
    '/elements/0/option_groups',
  ],
  [
    'options of a group',
    100,
    (n) => actions({ type: 'static_select', option_groups: [{ ...group, options: many(n, option) }] }),
    '/elements/0/option_groups/0/options',
  ],
  ['radio buttons', 10, (n) => choose('radio_buttons', { options: many(n, option) }), '/elements/0/options'],
  ['checkboxes', 10, (n) => choose('checkboxes', { options: many(n, option) }), '/elements/0/options'],
  ['card buttons', 3, (n) => card({ body: mrkdwn('a'), actions: many(n, () => button()) }), '/actions'],
  ['table rows', 100, (n) => ({ type: 'table', rows: many(n, () => [cell]) }), '/rows'],
  ['table cells', 20, (n) => ({ type: 'table', rows: [many(n, () => cell)] }), '/rows/0'],
];

/** What must be so, a block that is so, one that is not, and the complaint about it. */
const RULES: [name: string, right: JsonObject, wrong: JsonObject, complaint: string, pointer: string][] = [
  [
    'a header is plain text',
    { type: 'header', text: plain('a') },
    { type: 'header', text: mrkdwn('a') },
    'must provide one of: plain_text',
    '/text/type',
  ],
  ['text is not empty', section(), section({ text: mrkdwn('') }), 'must be more than 0 characters', '/text/text'],
  ['sections say something', section(), { type: 'section' }, 'must define either `text` or `fields`', '/type'],
  [
    'mrkdwn has no emoji flag',
    section({ text: { ...mrkdwn('a'), verbatim: true } }),
    section({ text: { ...mrkdwn('a'), emoji: true } }),
    'invalid additional property: emoji',
    '/text',
  ],
  [
    'plain text has no verbatim flag',
    section({ text: { ...plain('a'), emoji: true } }),
    section({ text: { ...plain('a'), verbatim: true } }),
    'invalid additional property: verbatim',
    '/text',
  ],
  ['actions are not empty', actions(button()), actions(), 'no fewer than 1 items allowed', '/elements'],
  [
    'urls are urls',
    actions(button({ url: url(30) })),
    actions(button({ url: 'a b' })),
    'must be a valid URL',
    '/elements/0/url',
  ],
  [
    'styles are known',
    actions(button({ style: 'danger' })),
    actions(button({ style: 'default' })),
    'must provide one of: primary, danger',
    '/elements/0/style',
  ],
  [
    'confirm styles are known',
    asking({ style: 'primary' }),
    asking({ style: 'red' }),
    'must provide one of: primary, danger',
    '/elements/0/confirm/style',
  ],
  [
    'a confirm has a text',
    asking({}),
    actions(button({ confirm: {} })),
    'missing required field: text',
    '/elements/0/confirm',
  ],
  [
    'buttons cannot be disabled',
    actions(button()),
    actions(button({ disabled: true })),
    'invalid additional property: disabled',
    '/elements/0',
  ],
  [
    'only overflow options link',
    choose('overflow'),
    oneOption({ url: url(30) }),
    'invalid additional property: url',
    '/elements/0/options/0',
  ],
  [
    'an overflow has options',
    choose('overflow'),
    choose('overflow', { options: [] }),
    'no fewer than 1 items allowed',
    '/elements/0/options',
  ],
  [
    'select options are plain text',
    choose('radio_buttons', { options: [option(1, { text: mrkdwn('a') })] }),
    oneOption({ text: mrkdwn('a') }),
    'must provide one of: plain_text',
    '/elements/0/options/0/text/type',
  ],
  [
    'options or groups, not both',
    choose('static_select'),
    choose('static_select', { option_groups: [group] }),
    'must define either `options` or `option_groups`',
    '/elements/0',
  ],
  [
    'the initial option is offered',
    choose('static_select', { initial_option: option(1) }),
    choose('static_select', { initial_option: option(3) }),
    'initial option(s) must exactly match one of the provided options',
    '/elements/0',
  ],
  ['images have alt text', image(), { type: 'image', image_url: url(30) }, 'missing required field: alt_text', ''],
  [
    'min_length ends at 3,000',
    input(field({ min_length: 3_000 })),
    input(field({ min_length: 3_001 })),
    'must be less than 3001',
    '/element/min_length',
  ],
  [
    'max_length ends at 3,000',
    input(field({ max_length: 3_000 })),
    input(field({ max_length: 3_001 })),
    'must be less than 3001',
    '/element/max_length',
  ],
  [
    'min_length is not above max_length',
    input(field({ min_length: 5, max_length: 5 })),
    input(field({ min_length: 6, max_length: 5 })),
    '`min_length` must not be greater than `max_length`',
    '/element',
  ],
  ['inputs hold no button', input(field()), input(button()), 'unsupported type: button', '/element/type'],
  [
    'actions hold no text input',
    actions(button()),
    actions(field()),
    'unsupported type: plain_text_input',
    '/elements/0/type',
  ],
  ['alerts are for modals', section(), { type: 'alert', text: mrkdwn('a') }, 'unsupported type: alert', '/type'],
  ['blocks are known', section(), { type: 'banner' }, 'unsupported type: banner', '/type'],
  [
    'focus is for views',
    input(field()),
    input(field({ focus_on_load: true })),
    'only available in views',
    '/element/focus_on_load',
  ],
  [
    'files are for modals',
    input(field()),
    input({ type: 'file_input' }),
    'unsupported type: file_input',
    '/element/type',
  ],
];

const at = (message: string, pointer: string): string => `${message} [json-pointer:/blocks/0${pointer}]`;

describe('blocks of a message', () => {
  it.each(LENGTHS)('keep the length of %s: %d', (_name, max, make, pointer) => {
    expect(complaints([make(max)])).toEqual([]);
    expect(complaints([make(max + 1)])).toContain(at(`must be less than ${max + 1} characters`, pointer));
    expect(checkMessageBlocks([make(max + 1)]).error).toBe('invalid_blocks');
  });

  it.each(COUNTS)('keep the number of %s: %d', (_name, max, make, pointer) => {
    expect(complaints([make(max)])).toEqual([]);
    expect(complaints([make(max + 1)])).toContain(at(`no more than ${max} items allowed`, pointer));
    expect(checkMessageBlocks([make(max + 1)]).error).toBe('invalid_blocks');
  });

  it.each(RULES)('obey that %s', (_name, right, wrong, complaint, pointer) => {
    expect(complaints([right])).toEqual([]);
    expect(complaints([wrong])).toContain(at(complaint, pointer));
  });

  it('are 50 and not 51', () => {
    expect(complaints(many(50, () => ({ type: 'divider' })))).toEqual([]);
    expect(complaints(many(51, () => ({ type: 'divider' })))).toEqual([
      'no more than 50 items allowed [json-pointer:/blocks]',
    ]);
  });

  it('never share a block_id, in containers neither', () => {
    const contained = { type: 'container', title: plain('t'), child_blocks: [section({ block_id: 'a' })] };

    expect(complaints([section({ block_id: 'a' }), section({ block_id: 'b' })])).toEqual([]);
    expect(complaints([section({ block_id: 'a' }), section({ block_id: 'a' })])).toEqual([
      '`block_id` "a" already exists in this message [json-pointer:/blocks/1/block_id]',
    ]);
    expect(complaints([section({ block_id: 'a' }), contained])).toEqual([
      '`block_id` "a" already exists in this message [json-pointer:/blocks/1/child_blocks/0/block_id]',
    ]);
  });

  it('share an action_id with another block, but never inside one', () => {
    const go = button({ action_id: 'go' });

    expect(complaints([actions(go), actions(go)])).toEqual([]);
    expect(complaints([actions(go, go)])).toEqual([
      '`action_id` "go" already exists in this block [json-pointer:/blocks/0/elements/1/action_id]',
    ]);
  });

  it('are 13,200 characters of JSON together and not one more', () => {
    const base = JSON.stringify([markdown(0), section({ text: mrkdwn('') })]).length;
    const filled = (total: number): Json => [markdown(11_000), section({ text: mrkdwn(x(total - base - 11_000)) })];

    expect(JSON.stringify(filled(13_200))).toHaveLength(13_200);
    expect(checkMessageBlocks(filled(13_200)).error).toBeUndefined();
    expect(checkMessageBlocks(filled(13_201)).error).toBe('msg_blocks_too_long');
  });

  it('hold 12,000 characters of markdown and one table', () => {
    const table = { type: 'table', rows: [[cell]] };

    expect(complaints([markdown(6_000), markdown(6_000)])).toEqual([]);
    expect(complaints([markdown(6_001), markdown(6_000)])).toEqual([
      'all `markdown` blocks together must be less than 12001 characters [json-pointer:/blocks]',
    ]);
    expect(checkMessageBlocks([table]).error).toBeUndefined();
    expect(checkMessageBlocks([table, table]).error).toBe('only_one_table_allowed');
  });

  it('are a list of objects', () => {
    expect(checkMessageBlocks({ type: 'section' }).error).toBe('invalid_blocks');
    expect(checkMessageBlocks(['section']).error).toBe('invalid_blocks');
  });
});
