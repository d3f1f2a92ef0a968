// One message: who, when, its blocks or its text, and whether only this person can see it.
import { useMemo } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { InteractionContext } from '../blocks/interaction.ts';
import type { Interaction } from '../blocks/interaction.ts';
import { Mrkdwn } from '../blocks/text.tsx';
import { formatSlackDate } from '../mrkdwn/date.ts';
import { gestureKey } from '../slack-verbs.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { Message } from '../wire/workspace.ts';
import { Avatar } from './avatar.tsx';

type Props = { sandbox: Sandbox; channel: string; message: Message };

export function MessageItem({ sandbox, channel, message }: Props) {
  const { state, slack } = sandbox;
  const busy = state.running.includes(gestureKey(state.person));
  const interaction = useMemo<Interaction>(
    () => ({ busy, press: (press) => slack.pressOnMessage(channel, message.ts, press) }),
    [busy, slack, channel, message.ts],
  );
  const author = authorOf(sandbox, message);
  return (
    <article
      className={`message ${message.ephemeralFor ? 'message-ephemeral' : ''}`}
      data-testid={`message-${message.ts}`}
      data-ephemeral={message.ephemeralFor ? true : undefined}
      aria-label={`${author.name}: ${message.text.slice(0, 150)}`}
    >
      <Avatar id={author.id} name={author.name} bot={author.bot} />
      <div className="message-body">
        <MessageHead author={author} message={message} />
        <InteractionContext value={interaction}>
          {message.blocks.length > 0 ? (
            <Blocks blocks={message.blocks} />
          ) : (
            <Mrkdwn source={message.text} verbatim={false} />
          )}
        </InteractionContext>
      </div>
    </article>
  );
}

type Author = { id: string; name: string; bot: boolean };

function MessageHead({ author, message }: { author: Author; message: Message }) {
  const at = Number(message.ts) * 1000;
  return (
    <div className="message-head">
      <span className="author">{author.name}</span>
      {author.bot && <span className="tag">APP</span>}
      {Number.isFinite(at) && (
        <time className="message-time" dateTime={new Date(at).toISOString()}>
          {formatSlackDate(at, '{time}', { now: at })}
        </time>
      )}
      {message.edited && <span className="edited">(updated)</span>}
      {message.broadcast && <span className="edited">replied in a thread, shown here too</span>}
      {message.ephemeralFor && <span className="only-you">Only visible to you</span>}
    </div>
  );
}

/** Whoever is not one of the people here is the bot, which has no profile of its own in some workspaces. */
function authorOf({ state }: Sandbox, message: Message): Author {
  const user = state.workspace?.users.find(({ id }) => id === message.user);
  if (user && !user.is_bot) return { id: user.id, name: user.real_name ?? user.name ?? user.id, bot: false };
  return { id: user?.id ?? 'bot', name: user?.real_name ?? 'Countersign', bot: true };
}
