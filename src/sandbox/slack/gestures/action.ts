// The `actions[0]` of a payload: what using one element sends.
import { enter, optionOf, type Placed } from '../elements.ts';
import { textAt, type Json, type JsonObject } from '../json.ts';
import { nextTs, type Workspace } from '../workspace.ts';

export type Use =
  | { kind: 'used'; action: JsonObject; state: JsonObject | undefined }
  | { kind: 'refused'; reason: string };

function basics(workspace: Workspace, placed: Placed): JsonObject {
  return {
    type: placed.element['type'] ?? '',
    action_id: placed.actionId,
    block_id: placed.blockId,
    action_ts: nextTs(workspace),
  };
}

function pick(source: JsonObject, keys: string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}

function press(workspace: Workspace, placed: Placed, value: Json | undefined): Use {
  const { element } = placed;
  if (value !== undefined && value !== element['value']) {
    return { kind: 'refused', reason: `the button's value is ${JSON.stringify(element['value'] ?? null)}` };
  }
  const shown = pick(element, ['text', 'value', 'url', 'style', 'confirm']);
  return { kind: 'used', action: { ...basics(workspace, placed), ...shown }, state: undefined };
}

function chooseFromMenu(workspace: Workspace, placed: Placed, value: Json | undefined): Use {
  const option = typeof value === 'string' ? optionOf(placed.element, value) : undefined;
  if (option === undefined)
    return { kind: 'refused', reason: `the menu has no option ${JSON.stringify(value ?? null)}` };
  return { kind: 'used', action: { ...basics(workspace, placed), selected_option: option }, state: undefined };
}

export function useElement(
  workspace: Workspace,
  placed: Placed,
  given: { value?: Json | undefined; selected?: Json | undefined },
): Use {
  switch (textAt(placed.element, 'type') ?? '') {
    case 'button':
    case 'icon_button':
    case 'workflow_button':
      return press(workspace, placed, given.value);
    case 'overflow':
      return chooseFromMenu(workspace, placed, given.selected ?? given.value);
    default: {
      const entered = enter(placed.element, given.selected ?? given.value ?? null);
      if (entered.kind === 'refused') return { kind: 'refused', reason: entered.reason };
      const action = { ...basics(workspace, placed), ...entered.state, ...pick(placed.element, ['placeholder']) };
      return { kind: 'used', action, state: entered.state };
    }
  }
}
