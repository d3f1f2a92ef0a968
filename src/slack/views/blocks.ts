// Block Kit constructors: only blocks that every Slack client knows, `verbatim` always, ids that change with content.
import { createHash } from 'node:crypto';
import type { ActionsBlockElement, Button, HomeView, KnownBlock, ModalView, TextObject } from '@slack/types';
import { decisiveBlockPrefix } from '../action-ids.ts';

export type Message = { readonly text: string; readonly blocks: KnownBlock[] };
export type Modal = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };
export type Home = Omit<HomeView, 'blocks'> & { blocks: KnownBlock[] };

export function mrkdwn(text: string): { type: 'mrkdwn'; text: string; verbatim: true } {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function plainText(text: string): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text, emoji: false };
}

export function header(id: string, text: string): KnownBlock {
  return { type: 'header', block_id: id, text: plainText(text) };
}

export function section(id: string, text: string): KnownBlock {
  return { type: 'section', block_id: id, text: mrkdwn(text) };
}

export function sectionWithButton(id: string, text: string, accessory: Button): KnownBlock {
  return { type: 'section', block_id: id, text: mrkdwn(text), accessory };
}

export function fields(id: string, texts: readonly string[]): KnownBlock {
  return { type: 'section', block_id: id, fields: texts.map(mrkdwn) };
}

export function context(id: string, text: string): KnownBlock {
  return { type: 'context', block_id: id, elements: [mrkdwn(text)] };
}

export function divider(id: string): KnownBlock {
  return { type: 'divider', block_id: id };
}

export function actions(id: string, elements: readonly ActionsBlockElement[]): KnownBlock {
  return { type: 'actions', block_id: id, elements: [...elements] };
}

/** Joins lines below a title, measured as JSON; what does not fit is counted, not hidden. */
export function titled(title: string, lines: readonly string[], max = 1200): string {
  const kept: string[] = [];
  let length = JSON.stringify(title).length;
  for (const line of lines) {
    length += JSON.stringify(line).length;
    if (length > max) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return [title, ...kept, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n');
}

/** Every text that a reader sees in a block's own texts; texts of buttons and inputs are not among them. */
export function textsOf(block: KnownBlock): readonly string[] {
  if (block.type === 'header') return [block.text.text];
  if (block.type === 'context') return block.elements.filter(isText).map(({ text }) => text);
  if (block.type !== 'section') return [];
  return [...(block.text === undefined ? [] : [block.text]), ...(block.fields ?? [])].map(({ text }) => text);
}

function isText(element: { type: string }): element is TextObject {
  return element.type === 'mrkdwn' || element.type === 'plain_text';
}

export function isDecisive(block: KnownBlock): boolean {
  return 'block_id' in block && block.block_id !== undefined && block.block_id.startsWith(decisiveBlockPrefix);
}

/**
 * Gives every block an id made of its name, the revision and a digest of the whole content: Slack wants new ids with
 * every update, and equal content keeps equal ids. Inputs keep theirs, because submissions are read by them.
 */
export function sealed(blocks: readonly KnownBlock[], revision: number): KnownBlock[] {
  const digest = sha256(JSON.stringify(blocks)).slice(0, 12);
  return blocks.map((block, index) =>
    block.type === 'input' ? block : { ...block, block_id: `${idOf(block)}:${index}:${revision}:${digest}` },
  );
}

function idOf(block: KnownBlock): string {
  return ('block_id' in block ? block.block_id : undefined) ?? block.type;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
