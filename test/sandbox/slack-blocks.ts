// Short ways to write Block Kit in the tests of the sandbox's judge.
import type { Json, JsonObject } from '../../src/sandbox/slack/json.ts';
import { checkMessageBlocks } from '../../src/sandbox/slack/limits/check.ts';
import { sentence } from '../../src/sandbox/slack/limits/problems.ts';

export const x = (length: number): string => 'x'.repeat(length);

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const plain = (text: string): JsonObject => ({ type: 'plain_text', text });
export const mrkdwn = (text: string): JsonObject => ({ type: 'mrkdwn', text });

export const section = (over: JsonObject = {}): JsonObject => ({ type: 'section', text: mrkdwn('words'), ...over });
export const actions = (...elements: Json[]): JsonObject => ({ type: 'actions', elements });
export const button = (over: JsonObject = {}): JsonObject => ({ type: 'button', text: plain('Go'), ...over });

export const option = (index: number, over: JsonObject = {}): JsonObject => ({
  text: plain(`Option ${index}`),
  value: `v${index}`,
  ...over,
});

/** An element with options in an actions block. */
export const choose = (type: string, over: JsonObject = {}): JsonObject =>
  actions({ type, options: [option(1), option(2)], ...over });

export const field = (over: JsonObject = {}): JsonObject => ({ type: 'plain_text_input', ...over });

export const input = (element: JsonObject, over: JsonObject = {}): JsonObject => ({
  type: 'input',
  label: plain('Label'),
  element,
  ...over,
});

/** A button that asks again. */
export const asking = (over: JsonObject): JsonObject => actions(button({ confirm: { text: plain('Sure?'), ...over } }));

export const image = (over: JsonObject = {}): JsonObject => ({
  type: 'image',
  image_url: 'https://example.com/a.png',
  alt_text: 'picture',
  ...over,
});

export const modal = (over: JsonObject = {}): JsonObject => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks: [section()],
  ...over,
});

export const home = (over: JsonObject = {}): JsonObject => ({ type: 'home', blocks: [section()], ...over });

export function complaints(blocks: Json): string[] {
  return checkMessageBlocks(blocks).problems.map(sentence);
}
