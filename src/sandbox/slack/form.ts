// The values of a form: kept across updates by block_id and action_id, and checked before they may be submitted.
import { enter, initialState, isEmpty, kindOf, offeredOptions, placedElements, type Placed } from './elements.ts';
import { canonical, isObject, numberAt, objectsAt, textAt, type Json, type JsonObject } from './json.ts';
import type { FormValues } from './workspace.ts';

/** A value outlives an update when the same element is still there and still offers it. */
function kept(placed: Placed, before: FormValues): JsonObject | undefined {
  const state = before[placed.blockId]?.[placed.actionId];
  if (state === undefined || state['type'] !== placed.element['type']) return undefined;
  const offered = new Set(offeredOptions(placed.element).map(canonical));
  const chosen = [
    ...(isObject(state['selected_option']) ? [state['selected_option']] : []),
    ...objectsAt(state, 'selected_options'),
  ];
  const external = textAt(placed.element, 'type')?.includes('external') ?? false;
  return external || chosen.every((option) => offered.has(canonical(option))) ? state : undefined;
}

export function valuesFor(blocks: JsonObject[], before: FormValues): FormValues {
  const values: FormValues = {};
  for (const placed of placedElements(blocks)) {
    const state = kept(placed, before) ?? initialState(placed.element);
    if (state !== undefined) values[placed.blockId] = { ...values[placed.blockId], [placed.actionId]: state };
  }
  return values;
}

/** Fills in what a person typed: `{ blockId: { actionId: value } }`. */
export function fillIn(
  blocks: JsonObject[],
  values: FormValues,
  typed: JsonObject,
): { kind: 'filled'; values: FormValues } | { kind: 'refused'; reason: string } {
  const filled: FormValues = { ...values };
  for (const [blockId, entries] of Object.entries(typed)) {
    if (!isObject(entries)) return { kind: 'refused', reason: `state of ${blockId} is not an object` };
    for (const [actionId, value] of Object.entries(entries)) {
      const placed = placedElements(blocks).find((item) => item.blockId === blockId && item.actionId === actionId);
      if (placed === undefined) return { kind: 'refused', reason: `no element ${blockId}/${actionId}` };
      const entered = enter(placed.element, value);
      if (entered.kind === 'refused') return { kind: 'refused', reason: `${entered.reason}: ${blockId}/${actionId}` };
      filled[blockId] = { ...filled[blockId], [actionId]: entered.state };
    }
  }
  return { kind: 'filled', values: filled };
}

function lengthFault(element: JsonObject, text: string): string | undefined {
  const min = numberAt(element, 'min_length');
  const max = numberAt(element, 'max_length') ?? 3_000;
  if (min !== undefined && text.length < min) return `This entry must be at least ${min} characters`;
  if (text.length > max) return `This entry must be less than ${max + 1} characters`;
  return undefined;
}

function numberFault(element: JsonObject, text: string): string | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return 'Enter a number';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(value)) return 'Enter a whole number';
  if (value < (numberAt(element, 'min_value') ?? -Infinity)) return `Enter at least ${textAt(element, 'min_value')}`;
  if (value > (numberAt(element, 'max_value') ?? Infinity)) return `Enter at most ${textAt(element, 'max_value')}`;
  return undefined;
}

function valueFault(element: JsonObject, value: Json | undefined): string | undefined {
  if (Array.isArray(value)) {
    const max = numberAt(element, 'max_selected_items');
    return max !== undefined && value.length > max ? `Select at most ${max}` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  switch (textAt(element, 'type') ?? '') {
    case 'plain_text_input':
      return lengthFault(element, value);
    case 'number_input':
      return numberFault(element, value);
    case 'email_text_input':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Enter a valid email address';
    case 'url_text_input':
      return URL.canParse(value) ? undefined : 'Enter a valid URL';
    default:
      return undefined;
  }
}

/** What the client itself refuses before anything is sent: by block_id, in words. */
export function clientErrors(blocks: JsonObject[], values: FormValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const placed of placedElements(blocks)) {
    if (placed.block['type'] !== 'input') continue;
    const state = values[placed.blockId]?.[placed.actionId] ?? {};
    if (isEmpty(placed.element, state)) {
      if (placed.block['optional'] !== true) errors[placed.blockId] = 'Please complete this required field.';
      continue;
    }
    const fault = valueFault(placed.element, state[kindOf(placed.element)?.key ?? '']);
    if (fault !== undefined) errors[placed.blockId] = fault;
  }
  return errors;
}
