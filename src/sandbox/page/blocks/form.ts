// What a modal's inputs hold, what the client checks before it sends them, and the shape in which Slack sends them on.
import type { Block, Element, Option } from '../wire/blocks.ts';

export type FieldValue =
  | { kind: 'text'; text: string }
  | { kind: 'option'; option: Option | undefined }
  | { kind: 'options'; options: Option[] };

export type FormValues = Readonly<Record<string, FieldValue>>;

export function fieldKey(blockId: string, actionId: string): string {
  return `${blockId}/${actionId}`;
}

export function initialValue(element: Element): FieldValue | undefined {
  switch (element.type) {
    case 'plain_text_input':
      return { kind: 'text', text: element.initial_value ?? '' };
    case 'static_select':
    case 'radio_buttons':
      return { kind: 'option', option: element.initial_option };
    case 'checkboxes':
      return { kind: 'options', options: element.initial_options ?? [] };
    case 'button':
    case 'overflow':
    case 'image':
    case 'unsupported':
      return undefined;
  }
}

type Field = { blockId: string; element: Extract<Element, { action_id: string }>; optional: boolean };

function fieldsOf(blocks: Block[]): Field[] {
  return blocks.flatMap((block): Field[] => {
    const blockId = 'block_id' in block ? (block.block_id ?? '') : '';
    const elements = elementsOf(block);
    const optional = block.type !== 'input' || (block.optional ?? false);
    return elements.flatMap((element) => ('action_id' in element ? [{ blockId, element, optional }] : []));
  });
}

function elementsOf(block: Block): Element[] {
  if (block.type === 'input') return [block.element];
  if (block.type === 'actions') return block.elements;
  return block.type === 'section' && block.accessory ? [block.accessory] : [];
}

/** The checks that Slack's client makes itself; the app sees a submission only after they pass. */
export function checkForm(blocks: Block[], values: FormValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { blockId, element, optional } of fieldsOf(blocks)) {
    const value = values[fieldKey(blockId, element.action_id)] ?? initialValue(element);
    const fault = value && checkField(element, value, optional);
    if (fault) errors[blockId] = fault;
  }
  return errors;
}

function checkField(element: Element, value: FieldValue, optional: boolean): string | undefined {
  if (isEmpty(value)) return optional ? undefined : 'Please complete this required field.';
  if (element.type !== 'plain_text_input' || value.kind !== 'text') return undefined;
  const { min_length: min = 0, max_length: max = 3000 } = element;
  if (value.text.length < min) return `Please write at least ${min} characters.`;
  return value.text.length > max ? `Please write at most ${max} characters.` : undefined;
}

function isEmpty(value: FieldValue): boolean {
  if (value.kind === 'text') return value.text.trim() === '';
  return value.kind === 'option' ? value.option === undefined : value.options.length === 0;
}

export type SlackState = Record<string, Record<string, Record<string, unknown>>>;

/** `view.state.values`, as in https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function toSlackState(blocks: Block[], values: FormValues): SlackState {
  const state: SlackState = {};
  for (const { blockId, element } of fieldsOf(blocks)) {
    const value = values[fieldKey(blockId, element.action_id)] ?? initialValue(element);
    if (value)
      state[blockId] = { ...state[blockId], [element.action_id]: { type: element.type, ...toSlackValue(value) } };
  }
  return state;
}

function toSlackValue(value: FieldValue): Record<string, unknown> {
  switch (value.kind) {
    case 'text':
      return { value: value.text === '' ? null : value.text };
    case 'option':
      return { selected_option: value.option ?? null };
    case 'options':
      return { selected_options: value.options };
  }
}
