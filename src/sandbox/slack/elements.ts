// Interactive elements inside blocks: where they are and what they hold when a person uses them.
import { isObject, objectAt, objectsAt, textAt, textsAt, type Json, type JsonObject } from './json.ts';

export type Placed = { block: JsonObject; blockId: string; actionId: string; element: JsonObject };

function objectsOf(block: JsonObject, key: string): JsonObject[] {
  const value = objectAt(block, key);
  return value === undefined ? [] : [value];
}

function elementsIn(block: JsonObject): JsonObject[] {
  if (block['type'] === 'context' || block['type'] === 'rich_text') return [];
  const single = ['accessory', 'element'].flatMap((key) => objectsOf(block, key));
  const cards =
    block['type'] === 'carousel' ? objectsAt(block, 'elements').flatMap((card) => objectsAt(card, 'actions')) : [];
  return [...single, ...objectsAt(block, 'elements'), ...objectsAt(block, 'actions'), ...cards];
}

export function placedElements(blocks: JsonObject[]): Placed[] {
  return blocks.flatMap((block) => {
    const own = elementsIn(block).flatMap((element) => {
      const actionId = textAt(element, 'action_id');
      return actionId === undefined ? [] : [{ block, blockId: textAt(block, 'block_id') ?? '', actionId, element }];
    });
    return [...own, ...placedElements(objectsAt(block, 'child_blocks'))];
  });
}

export function findElement(blocks: JsonObject[], actionId: string, blockId: string | undefined): Placed | undefined {
  return placedElements(blocks).find(
    (placed) => placed.actionId === actionId && (blockId === undefined || placed.blockId === blockId),
  );
}

type Kind = { key: string; initial: string; empty: Json; source: 'words' | 'option' | 'options' | 'names' | 'number' };

const word = (key: string, initial: string): Kind => ({ key, initial, empty: null, source: 'words' });
const list = (key: string, initial: string): Kind => ({ key, initial, empty: [], source: 'names' });

/** How each element that keeps a value shows up in `state.values`; buttons and overflow menus keep none. */
const KINDS: Record<string, Kind> = {
  plain_text_input: word('value', 'initial_value'),
  email_text_input: word('value', 'initial_value'),
  url_text_input: word('value', 'initial_value'),
  number_input: word('value', 'initial_value'),
  datepicker: word('selected_date', 'initial_date'),
  timepicker: word('selected_time', 'initial_time'),
  users_select: word('selected_user', 'initial_user'),
  conversations_select: word('selected_conversation', 'initial_conversation'),
  channels_select: word('selected_channel', 'initial_channel'),
  multi_users_select: list('selected_users', 'initial_users'),
  multi_conversations_select: list('selected_conversations', 'initial_conversations'),
  multi_channels_select: list('selected_channels', 'initial_channels'),
  datetimepicker: { key: 'selected_date_time', initial: 'initial_date_time', empty: null, source: 'number' },
  static_select: { key: 'selected_option', initial: 'initial_option', empty: null, source: 'option' },
  external_select: { key: 'selected_option', initial: 'initial_option', empty: null, source: 'option' },
  radio_buttons: { key: 'selected_option', initial: 'initial_option', empty: null, source: 'option' },
  multi_static_select: { key: 'selected_options', initial: 'initial_options', empty: [], source: 'options' },
  multi_external_select: { key: 'selected_options', initial: 'initial_options', empty: [], source: 'options' },
  checkboxes: { key: 'selected_options', initial: 'initial_options', empty: [], source: 'options' },
  rich_text_input: { key: 'rich_text_value', initial: 'initial_value', empty: null, source: 'words' },
};

export function kindOf(element: JsonObject): Kind | undefined {
  return KINDS[textAt(element, 'type') ?? ''];
}

export function initialState(element: JsonObject): JsonObject | undefined {
  const kind = kindOf(element);
  if (kind === undefined) return undefined;
  return { type: element['type'] ?? '', [kind.key]: element[kind.initial] ?? kind.empty };
}

export function isEmpty(element: JsonObject, state: JsonObject): boolean {
  const value = state[kindOf(element)?.key ?? ''];
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

export function offeredOptions(element: JsonObject): JsonObject[] {
  return [
    ...objectsAt(element, 'options'),
    ...objectsAt(element, 'option_groups').flatMap((group) => objectsAt(group, 'options')),
  ];
}

export function optionOf(element: JsonObject, value: string): JsonObject | undefined {
  return offeredOptions(element).find((option) => option['value'] === value);
}

function optionsOf(element: JsonObject, value: Json): JsonObject[] {
  const option = typeof value === 'string' ? optionOf(element, value) : undefined;
  return option === undefined ? [] : [option];
}

/** What a test or the page says was chosen: the bare value, or Slack's own state object around it. */
function bare(kind: Kind, given: Json): Json {
  const inner = isObject(given) && given[kind.key] !== undefined ? given[kind.key] : given;
  const plain = (item: Json): Json =>
    isObject(item) && kind.source !== 'words' ? (textAt(item, 'value') ?? item) : item;
  if (Array.isArray(inner)) return inner.map(plain);
  return plain(inner ?? null);
}

export type Entered = { kind: 'entered'; state: JsonObject } | { kind: 'refused'; reason: string };

/** A person enters or picks a value; only what the element really offers can be picked. */
export function enter(element: JsonObject, given: Json): Entered {
  const kind = kindOf(element);
  if (kind === undefined) return { kind: 'refused', reason: 'element_keeps_no_value' };
  const value = bare(kind, given);
  const state = (chosen: Json): Entered => ({
    kind: 'entered',
    state: { type: element['type'] ?? '', [kind.key]: chosen },
  });
  if (value === null || value === '') return state(kind.empty);
  switch (kind.source) {
    case 'words':
      return state(value);
    case 'number':
      return state(Number(value));
    case 'names':
      return state(Array.isArray(value) ? textsAt({ value }, 'value') : [value]);
    case 'option': {
      const option = typeof value === 'string' ? optionOf(element, value) : undefined;
      return option === undefined ? { kind: 'refused', reason: 'no_such_option' } : state(option);
    }
    case 'options': {
      const values = Array.isArray(value) ? value : [value];
      const options = values.flatMap((item) => optionsOf(element, item));
      return options.length === values.length ? state(options) : { kind: 'refused', reason: 'no_such_option' };
    }
  }
}
