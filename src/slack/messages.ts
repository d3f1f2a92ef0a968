// Posting, updating and linking messages, with the options that keep others' text from becoming links and pings.
import { z } from 'zod';
import type { SlackAnswer } from './call.ts';
import type { Call } from './client.ts';
import type { Message } from './views/blocks.ts';

export type Place = { readonly channel: string; readonly ts: string };

const posted = z.object({ channel: z.string(), ts: z.string() });
const linked = z.object({ permalink: z.string() });
const opened = z.object({ channel: z.object({ id: z.string() }) });

export async function postMessage(
  call: Call,
  input: { channel: string; message: Message; threadTs?: string; broadcast?: boolean },
): Promise<SlackAnswer<Place>> {
  const { channel, message, threadTs, broadcast = false } = input;
  const content = { channel, text: message.text, blocks: message.blocks, unfurl_links: false, unfurl_media: false };
  return call(async (client) => {
    const answer = await client.apiCall('chat.postMessage', {
      ...content,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: broadcast }),
    });
    return posted.parse(answer);
  });
}

export async function updateMessage(call: Call, place: Place, message: Message): Promise<SlackAnswer<void>> {
  return call(async (client) => {
    await client.chat.update({ ...place, text: message.text, blocks: message.blocks });
  });
}

export async function deleteMessage(call: Call, place: Place): Promise<SlackAnswer<void>> {
  return call(async (client) => {
    await client.chat.delete(place);
  });
}

/** Seen by this person only; the channel must be one that they are in. */
export async function postEphemeral(
  call: Call,
  input: { channel: string; user: string; message: Message },
): Promise<SlackAnswer<void>> {
  const { channel, user, message } = input;
  return call(async (client) => {
    await client.chat.postEphemeral({ channel, user, text: message.text, blocks: message.blocks });
  });
}

/** Also the cheapest way to ask whether a message is still there. */
export async function permalinkOf(call: Call, place: Place): Promise<SlackAnswer<string>> {
  return call(async (client) => {
    const answer = await client.chat.getPermalink({ channel: place.channel, message_ts: place.ts });
    return linked.parse(answer).permalink;
  });
}

export async function openDirect(call: Call, user: string): Promise<SlackAnswer<string>> {
  return call(async (client) => opened.parse(await client.conversations.open({ users: user })).channel.id);
}
