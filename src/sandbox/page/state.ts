// The page's whole state and the one function that changes it.
import type { FieldValue, FormValues } from './blocks/form.ts';
import type { Ledger } from '../custody/ledger.ts';
import type { Conversation, Workspace } from './wire/workspace.ts';

export type Place = { kind: 'channel' | 'im'; id: string } | { kind: 'home' };

export type Toast = { id: number; tone: 'plain' | 'good' | 'bad'; text: string };

export type PageState = {
  person: string;
  place: Place;
  workspace: Workspace | undefined;
  ledger: Ledger | undefined;
  /** Why the picture of a server is not live; nothing when it is. */
  slackTrouble: string | undefined;
  custodyTrouble: string | undefined;
  botReady: boolean | undefined;
  openThreads: readonly string[];
  /** How many messages of a direct conversation each person has had before them, by `person/conversation`. */
  seen: Readonly<Record<string, number>>;
  toasts: readonly Toast[];
  /** Keys of calls that still run: their buttons wait. */
  running: readonly string[];
  /** What was typed into each open modal, so that switching person and back loses nothing. */
  drafts: Readonly<Record<string, FormValues>>;
  fieldErrors: { viewId: string; errors: Readonly<Record<string, string>> } | undefined;
};

export type PageEvent =
  | { kind: 'person-chosen'; person: string }
  | { kind: 'place-chosen'; place: Place }
  | { kind: 'workspace-read'; person: string; workspace: Workspace }
  | { kind: 'slack-lost'; why: string }
  | { kind: 'ledger-read'; ledger: Ledger }
  | { kind: 'custody-lost'; why: string }
  | { kind: 'bot-seen'; ready: boolean }
  | { kind: 'thread-toggled'; ts: string }
  | { kind: 'toast-shown'; toast: Toast }
  | { kind: 'toast-closed'; id: number }
  | { kind: 'call-started'; key: string }
  | { kind: 'call-ended'; key: string }
  | { kind: 'field-written'; viewId: string; key: string; value: FieldValue }
  | { kind: 'fields-refused'; viewId: string; errors: Readonly<Record<string, string>> }
  | { kind: 'fields-accepted' };

export function initialState(person: string, channel: string): PageState {
  return {
    person,
    place: { kind: 'channel', id: channel },
    workspace: undefined,
    ledger: undefined,
    slackTrouble: 'not connected yet',
    custodyTrouble: 'not connected yet',
    botReady: undefined,
    openThreads: [],
    seen: {},
    toasts: [],
    running: [],
    drafts: {},
    fieldErrors: undefined,
  };
}

export function reduce(state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'person-chosen':
      return choosePerson(state, event.person);
    case 'place-chosen':
      return markSeen({ ...state, place: event.place });
    case 'workspace-read':
      // An answer for somebody else is late: the viewer has switched person meanwhile.
      if (event.person !== state.person) return state;
      return markSeen({ ...state, workspace: event.workspace, slackTrouble: undefined });
    case 'slack-lost':
      return { ...state, slackTrouble: event.why };
    case 'ledger-read':
      return { ...state, ledger: event.ledger, custodyTrouble: undefined };
    case 'custody-lost':
      return { ...state, custodyTrouble: event.why };
    case 'bot-seen':
      return { ...state, botReady: event.ready };
    case 'thread-toggled':
      return { ...state, openThreads: toggle(state.openThreads, event.ts) };
    case 'toast-shown':
      return { ...state, toasts: [...state.toasts.slice(-3), event.toast] };
    case 'toast-closed':
      return { ...state, toasts: state.toasts.filter(({ id }) => id !== event.id) };
    case 'call-started':
      return { ...state, running: [...state.running, event.key] };
    case 'call-ended':
      return { ...state, running: without(state.running, event.key) };
    case 'field-written': {
      const draft = { ...state.drafts[event.viewId], [event.key]: event.value };
      return { ...state, drafts: { ...state.drafts, [event.viewId]: draft } };
    }
    case 'fields-refused':
      return { ...state, fieldErrors: { viewId: event.viewId, errors: event.errors } };
    case 'fields-accepted':
      return { ...state, fieldErrors: undefined };
  }
}

/** What one person sees is not what another sees: nothing of the earlier view stays on the screen. */
function choosePerson(state: PageState, person: string): PageState {
  if (person === state.person) return state;
  const place: Place = state.place.kind === 'im' ? { kind: 'im', id: '' } : state.place;
  return {
    ...state,
    person,
    place,
    workspace: undefined,
    fieldErrors: undefined,
  };
}

export function seenKey(person: string, conversation: string): string {
  return `${person}/${conversation}`;
}

function markSeen(state: PageState): PageState {
  const { place, workspace, person } = state;
  const shown = place.kind === 'im' ? findIm(workspace, place.id) : undefined;
  return shown ? { ...state, seen: { ...state.seen, [seenKey(person, shown.id)]: shown.messages.length } } : state;
}

/** An empty id is "my conversation with the bot", whichever id it has for this person. */
export function findIm(workspace: Workspace | undefined, id: string): Conversation | undefined {
  return workspace?.ims.find((im) => im.id === id) ?? workspace?.ims[0];
}

function toggle(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? without(list, item) : [...list, item];
}

function without(list: readonly string[], item: string): readonly string[] {
  const at = list.indexOf(item);
  return at < 0 ? list : list.toSpliced(at, 1);
}
