// The messages of one conversation, oldest first; it stays at the newest unless the reader has scrolled up.
import { useLayoutEffect, useRef } from 'react';
import type { Sandbox } from '../use-sandbox.ts';
import type { Conversation, Message } from '../wire/workspace.ts';
import { MessageItem } from './message-item.tsx';
import { Thread } from './thread.tsx';

type Props = { sandbox: Sandbox; conversation: Conversation | undefined };

export function MessageList({ sandbox, conversation }: Props) {
  const { list, onScroll } = useStickToNewest(conversation?.messages);
  const messages = conversation?.messages ?? [];
  const roots = messages.filter((message) => isRoot(message) || message.broadcast).toSorted(byTime);
  return (
    <div
      className="messages"
      ref={list}
      onScroll={onScroll}
      role="log"
      aria-label="Messages"
      data-testid="messages"
      tabIndex={0}
    >
      {sandbox.state.workspace && roots.length === 0 && <Empty sandbox={sandbox} />}
      {roots.map((message) => (
        <div key={message.ts} className="conversation-item">
          <MessageItem sandbox={sandbox} channel={conversation?.id ?? ''} message={message} />
          <Thread
            sandbox={sandbox}
            channel={conversation?.id ?? ''}
            root={message}
            replies={messages.filter((reply) => !isRoot(reply) && reply.threadTs === message.ts).toSorted(byTime)}
          />
        </div>
      ))}
    </div>
  );
}

function Empty({ sandbox }: { sandbox: Sandbox }) {
  const text =
    sandbox.state.place.kind === 'im'
      ? `Nothing for ${sandbox.person.name} yet. Approvers get one direct message when their vote is asked.`
      : 'No approvals yet. Start a scene in the custody panel and watch what arrives here.';
  return (
    <p className="empty" data-testid="empty">
      {text}
    </p>
  );
}

function isRoot(message: Message): boolean {
  return message.threadTs === undefined || message.threadTs === message.ts;
}

function byTime(a: Message, b: Message): number {
  return Number(a.ts) - Number(b.ts);
}

const NEAR_PX = 120;

function useStickToNewest(messages: Message[] | undefined) {
  const list = useRef<HTMLDivElement>(null);
  const atNewest = useRef(true);
  useLayoutEffect(() => {
    const { current } = list;
    if (current && atNewest.current) current.scrollTop = current.scrollHeight;
  }, [messages]);
  const onScroll = () => {
    const { current } = list;
    if (current) atNewest.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_PX;
  };
  return { list, onScroll };
}
