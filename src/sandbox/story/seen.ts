// What a person sees in Slack: texts, buttons and forms, read from the blocks and from nothing else.
import { z } from 'zod';

const block = z.record(z.string(), z.unknown());

const messageSchema = z.looseObject({
  ts: z.string(),
  text: z.string(),
  blocks: z.array(block),
  threadTs: z.string().optional(),
  ephemeralFor: z.string().optional(),
  tombstone: z.boolean().optional(),
});

const modalSchema = z.looseObject({
  id: z.string(),
  user: z.string(),
  errors: z.record(z.string(), z.string()),
  view: z.looseObject({ blocks: z.array(block).default([]) }),
});

const noteSchema = z.looseObject({});

export const slackStateSchema = z.looseObject({
  channels: z.array(z.looseObject({ id: z.string(), messages: z.array(messageSchema) })),
  ims: z.array(z.looseObject({ id: z.string(), user: z.string(), messages: z.array(messageSchema) })),
  modals: z.array(modalSchema),
  violations: z.array(noteSchema),
  troubles: z.array(noteSchema),
});

export type SlackState = z.infer<typeof slackStateSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Modal = z.infer<typeof modalSchema>;

export interface Button {
  text: string;
  actionId: string;
  blockId: string;
  url: string | undefined;
}

/** Every text of these blocks, in the order in which they are read. */
export function wordsIn(blocks: readonly unknown[]): string {
  return blocks.flatMap(textsIn).join('\n');
}

/** The texts that Slack formats: here markup would ping, link or hide. */
export function markupIn(blocks: readonly unknown[]): string[] {
  return objectsIn(blocks).flatMap((each) =>
    each['type'] === 'mrkdwn' && typeof each['text'] === 'string' ? [each['text']] : [],
  );
}

export function buttonsIn(blocks: readonly unknown[]): Button[] {
  return blocks.flatMap((each) => {
    const blockId = isObject(each) && typeof each['block_id'] === 'string' ? each['block_id'] : '';
    return objectsIn(each).flatMap((element) => {
      if (element['type'] !== 'button') return [];
      const { action_id: actionId, url } = element;
      return [
        {
          text: wordsIn([element['text']]),
          actionId: typeof actionId === 'string' ? actionId : '',
          blockId,
          url: typeof url === 'string' ? url : undefined,
        },
      ];
    });
  });
}

export function buttonNamed(blocks: readonly unknown[], opening: string): Button | undefined {
  return buttonsIn(blocks).find(({ text }) => text.startsWith(opening));
}

/** Top-level messages of the channel that everybody sees and that show this text. */
export function cardsShowing(state: SlackState, channel: string, mark: string): Message[] {
  const messages = state.channels.find(({ id }) => id === channel)?.messages ?? [];
  return messages.filter(
    (message) =>
      message.threadTs === undefined &&
      message.ephemeralFor === undefined &&
      message.tombstone !== true &&
      wordsIn(message.blocks).includes(mark),
  );
}

/** What an honest person enters into a form: every box ticked, the first choice of every list, the reason in words. */
export function fillForm(view: Modal['view'], reason: string): Record<string, Record<string, unknown>> {
  const state: Record<string, Record<string, unknown>> = {};
  for (const each of view.blocks) {
    const { element, block_id: blockId } = each;
    if (each['type'] !== 'input' || !isObject(element) || typeof blockId !== 'string') continue;
    const { action_id: actionId } = element;
    if (typeof actionId === 'string') state[blockId] = { [actionId]: entryFor(element, reason) };
  }
  return state;
}

function entryFor(element: Record<string, unknown>, reason: string): unknown {
  const options = Array.isArray(element['options']) ? element['options'].filter(isObject) : [];
  switch (element['type']) {
    case 'checkboxes':
      return options.map((option) => option['value']);
    case 'static_select':
    case 'radio_buttons':
      return options[0]?.['value'];
    default:
      return reason;
  }
}

function textsIn(value: unknown): string[] {
  return objectsIn(value).flatMap((each) => (typeof each['text'] === 'string' ? [each['text']] : []));
}

/** The value and everything inside it that is an object, outermost first. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isObject(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
