// The line at the bottom: this workspace takes slash commands only.
import { useState } from 'react';
import { gestureKey } from '../slack-verbs.ts';
import type { Sandbox } from '../use-sandbox.ts';

export function Composer({ sandbox, channel }: { sandbox: Sandbox; channel: string | undefined }) {
  const { slack, state, person } = sandbox;
  const [line, setLine] = useState('');
  const [hint, setHint] = useState(false);
  const busy = state.running.includes(gestureKey(state.person));
  const send = () => {
    const isCommand = line.trim().startsWith('/');
    setHint(!isCommand);
    if (!isCommand || channel === undefined || busy) return;
    slack.command(channel, line);
    setLine('');
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        className="field"
        type="text"
        autoComplete="off"
        aria-label={`Slash command as ${person.name}`}
        placeholder="/approvals help"
        data-testid="command-input"
        value={line}
        onChange={(event) => setLine(event.target.value)}
      />
      <button type="submit" className="button primary" data-testid="command-send" disabled={busy || line.trim() === ''}>
        Send
      </button>
      {hint && <p className="hint">Only slash commands are understood here, for example /approvals.</p>}
    </form>
  );
}
