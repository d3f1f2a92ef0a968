// A channel that takes no cards: admins are told directly, because nobody sees what waits there.
import { failureWord } from './call.ts';
import { userOf } from './direct.ts';
import { openDirect, postMessage } from './messages.ts';
import type { Room } from './room.ts';
import { directChannelLost } from './views/channel-lost.ts';

/** Slack's words for a channel in which no card will stand until a person acts. */
const lostWords: ReadonlySet<string> = new Set([
  'channel_is_externally_shared',
  'channel_not_found',
  'is_archived',
  'missing_scope',
  'no_permission',
  'not_in_channel',
  'restricted_action',
]);

/** Best effort: the attention list says the same, for as long as it lasts. */
export async function tellAdmins(room: Room, input: { channel: string; error: string }): Promise<void> {
  const { channel, error } = input;
  if (!lostWords.has(error) || !room.alarm.isNews(channel, error)) return;
  const { admins, people } = room.ctx.config;
  const message = directChannelLost({ channel, error });
  for (const person of people.filter(({ id }) => admins.includes(id))) {
    const user = await userOf(room, person);
    if (user.kind !== 'ok') continue;
    const opened = await openDirect(room.patient, user.value);
    const told = opened.kind === 'ok' ? await postMessage(room.patient, { channel: opened.value, message }) : opened;
    if (told.kind !== 'ok') room.ctx.log.warn({ person: person.id, error: failureWord(told) }, 'admin not told');
  }
}
