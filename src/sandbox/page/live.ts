// Keeps the page's picture of both servers fresh: Slack by its event stream, the custody ledger by asking each second.
import type { Dispatch } from 'react';
import { ledgerSchema } from '../custody/ledger.ts';
import type { PageEvent } from './state.ts';
import { callJson } from './wire/call.ts';
import type { PageConfig, Person } from './wire/config.ts';
import { workspaceSchema } from './wire/workspace.ts';

type Stop = () => void;

export function keepWorkspaceFresh(config: PageConfig, person: Person, dispatch: Dispatch<PageEvent>): Stop {
  const refresh = oneAtATime(
    async () => {
      const read = await callJson(`${config.slackUrl}/_sandbox/state?as=${encodeURIComponent(person.slackUser)}`);
      dispatch({ kind: 'workspace-read', person: person.id, workspace: workspaceSchema.parse(read) });
    },
    (why) => dispatch({ kind: 'slack-lost', why }),
  );
  const events = new EventSource(`${config.slackUrl}/_sandbox/events`);
  events.addEventListener('open', refresh);
  events.addEventListener('message', refresh);
  // The browser connects again by itself; until then the page says that it is not live.
  events.addEventListener('error', () => dispatch({ kind: 'slack-lost', why: 'the event stream broke off' }));
  refresh();
  return () => events.close();
}

const LEDGER_EVERY_MS = 1000;

export function keepLedgerFresh(config: PageConfig, dispatch: Dispatch<PageEvent>): Stop {
  const refresh = oneAtATime(
    async () => {
      const read = await callJson(`${config.custodyUrl}/_sandbox/ledger`);
      dispatch({ kind: 'ledger-read', ledger: ledgerSchema.parse(read) });
    },
    (why) => dispatch({ kind: 'custody-lost', why }),
  );
  refresh();
  const timer = setInterval(refresh, LEDGER_EVERY_MS);
  return () => clearInterval(timer);
}

const BOT_EVERY_MS = 3000;

export function watchBot(config: PageConfig, dispatch: Dispatch<PageEvent>): Stop {
  if (!config.botWatched) return () => undefined;
  const refresh = oneAtATime(
    async () => {
      const answer = await fetch('/bot/readyz');
      dispatch({ kind: 'bot-seen', ready: answer.ok });
    },
    () => dispatch({ kind: 'bot-seen', ready: false }),
  );
  refresh();
  const timer = setInterval(refresh, BOT_EVERY_MS);
  return () => clearInterval(timer);
}

/** Many wishes during one read become one more read after it. */
function oneAtATime(read: () => Promise<void>, failed: (why: string) => void): () => void {
  let running = false;
  let wanted = false;
  const start = () => {
    wanted = true;
    if (running) return;
    running = true;
    wanted = false;
    void read()
      .catch((error: unknown) => failed(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        running = false;
        if (wanted) start();
      });
  };
  return start;
}
