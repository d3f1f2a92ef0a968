// Slack's documented limits for messages and views, checked here independently of what the product thinks they are.
import type { ActionsBlockElement, ConfirmationDialog, KnownBlock, TextObject } from '@slack/types';

type Payload = {
  readonly text?: string;
  readonly type?: string;
  readonly title?: TextObject;
  readonly submit?: TextObject;
  readonly close?: TextObject;
  readonly private_metadata?: string;
  readonly callback_id?: string;
  readonly blocks: readonly KnownBlock[];
};

/** Every limit that the payload breaks, in words; empty when Slack would take it. */
export function brokenLimits(payload: Payload): readonly string[] {
  const faults: string[] = [];
  const isView = payload.type !== undefined;
  atMost(faults, 'blocks', payload.blocks.length, isView ? 100 : 50);
  if (payload.blocks.length === 0) faults.push('no blocks');
  atMost(faults, 'JSON of all blocks', JSON.stringify(payload.blocks).length, isView ? 250_000 : 12_000);
  if (!isView) {
    atMost(faults, 'fallback text', payload.text?.length ?? 0, 4000);
    if ((payload.text ?? '').trim() === '') faults.push('no fallback text');
  }
  for (const part of [payload.title, payload.submit, payload.close]) {
    if (part !== undefined) textWithin(faults, 'modal title or button', part, 24, 'plain_text');
  }
  const hasInput = payload.blocks.some((block) => block.type === 'input');
  if (hasInput && payload.submit === undefined) faults.push('inputs without submit');
  atMost(faults, 'private_metadata', payload.private_metadata?.length ?? 0, 3000);
  const ids = payload.blocks.map((block) => ('block_id' in block ? block.block_id : undefined));
  if (ids.some((id) => id === undefined || id.length === 0 || id.length > 255)) faults.push('a bad block_id');
  if (new Set(ids).size !== ids.length) faults.push('block_id used twice');
  for (const block of payload.blocks) blockWithin(faults, block);
  return faults;
}

function blockWithin(faults: string[], block: KnownBlock): void {
  if (block.type === 'header') textWithin(faults, 'header', block.text, 150, 'plain_text');
  else if (block.type === 'section') {
    if (block.text === undefined && block.fields === undefined) faults.push('a section without text');
    if (block.text !== undefined) textWithin(faults, 'section text', block.text, 2900);
    atMost(faults, 'fields', block.fields?.length ?? 0, 10);
    for (const field of block.fields ?? []) textWithin(faults, 'field', field, 2000);
    if (block.accessory?.type === 'button') elementsWithin(faults, [block.accessory]);
  } else if (block.type === 'context') {
    atMost(faults, 'context elements', block.elements.length, 10);
    for (const element of block.elements) {
      if (element.type === 'mrkdwn' || element.type === 'plain_text') textWithin(faults, 'context', element, 3000);
    }
  } else if (block.type === 'actions') {
    atMost(faults, 'actions', block.elements.length, 25);
    if (block.elements.length === 0) faults.push('an actions block without actions');
    elementsWithin(faults, block.elements);
  } else if (block.type === 'input') {
    textWithin(faults, 'label', block.label, 2000, 'plain_text');
    if (block.hint !== undefined) textWithin(faults, 'hint', block.hint, 2000, 'plain_text');
    const { element } = block;
    if (element.type === 'checkboxes' || element.type === 'static_select') {
      for (const option of element.options ?? []) {
        textWithin(faults, 'option', option.text, 75);
        atMost(faults, 'option value', option.value?.length ?? 0, 75);
      }
    }
    if (element.type === 'plain_text_input') atMost(faults, 'max_length', element.max_length ?? 0, 3000);
  } else if (block.type !== 'divider') faults.push(`a ${block.type} block, which not every client knows`);
}

function elementsWithin(faults: string[], elements: readonly ActionsBlockElement[]): void {
  const ids = elements.map((element) => element.action_id ?? '');
  if (new Set(ids).size !== ids.length) faults.push('action_id used twice in a block');
  for (const element of elements) {
    if (element.type !== 'button') {
      faults.push(`an element ${element.type} that nobody here handles`);
      continue;
    }
    if ((element.action_id ?? '') === '') faults.push('a button without action_id');
    atMost(faults, 'action_id', element.action_id?.length ?? 0, 255);
    textWithin(faults, 'button', element.text, 75, 'plain_text');
    atMost(faults, 'button value', element.value?.length ?? 0, 2000);
    atMost(faults, 'button url', element.url?.length ?? 0, 3000);
    atMost(faults, 'accessibility_label', element.accessibility_label?.length ?? 0, 75);
    if (element.accessibility_label?.isWellFormed() === false) faults.push('a label cut in half of a character');
    if (element.confirm !== undefined) confirmWithin(faults, element.confirm);
  }
}

function confirmWithin(faults: string[], confirm: ConfirmationDialog): void {
  if (confirm.title !== undefined) textWithin(faults, 'confirm title', confirm.title, 100, 'plain_text');
  textWithin(faults, 'confirm text', confirm.text, 300);
  for (const part of [confirm.confirm, confirm.deny]) {
    if (part !== undefined) textWithin(faults, 'confirm button', part, 30, 'plain_text');
  }
}

function textWithin(faults: string[], what: string, text: TextObject, max: number, type?: TextObject['type']): void {
  if (type !== undefined && text.type !== type) faults.push(`${what} is ${text.type}`);
  if (text.type === 'mrkdwn' && text.verbatim !== true) faults.push(`${what} is not verbatim`);
  if (text.text.length === 0) faults.push(`${what} is empty`);
  if (!text.text.isWellFormed()) faults.push(`${what} is cut in half of a character`);
  atMost(faults, what, text.text.length, max);
}

function atMost(faults: string[], what: string, value: number, max: number): void {
  if (value > max) faults.push(`${what}: ${value} of ${max}`);
}
