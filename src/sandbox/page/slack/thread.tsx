// The replies under a message, folded until somebody opens them.
import type { Sandbox } from '../use-sandbox.ts';
import type { Message } from '../wire/workspace.ts';
import { MessageItem } from './message-item.tsx';

type Props = { sandbox: Sandbox; channel: string; root: Message; replies: Message[] };

export function Thread({ sandbox, channel, root, replies }: Props) {
  const { state, dispatch } = sandbox;
  if (replies.length === 0) return undefined;
  // A private answer inside a thread would be missed while the thread is folded.
  const forced = replies.some(({ ephemeralFor }) => ephemeralFor);
  const open = forced || state.openThreads.includes(root.ts);
  return (
    <div className="thread">
      <button
        type="button"
        className="thread-toggle"
        data-testid={`thread-toggle-${root.ts}`}
        aria-expanded={open}
        onClick={() => dispatch({ kind: 'thread-toggled', ts: root.ts })}
      >
        {open ? '▾' : '▸'} {replies.length} {replies.length === 1 ? 'reply' : 'replies'}
      </button>
      {open && (
        <div className="replies" data-testid={`replies-${root.ts}`}>
          {replies.map((reply) => (
            <MessageItem key={reply.ts} sandbox={sandbox} channel={channel} message={reply} />
          ))}
        </div>
      )}
    </div>
  );
}
