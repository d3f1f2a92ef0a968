// The bot's App Home of the acting person.
import { useEffect, useMemo } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { InteractionContext } from '../blocks/interaction.ts';
import type { Interaction } from '../blocks/interaction.ts';
import { gestureKey } from '../slack-verbs.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { OpenView } from '../wire/workspace.ts';

export function HomeTab({ sandbox }: { sandbox: Sandbox }) {
  const { slack, state } = sandbox;
  const home = state.workspace?.home;
  // Opening the tab is an event that the app answers by publishing the view; another person's tab is another event.
  useEffect(() => slack.openHome(), [slack]);
  return (
    <section className="home" data-testid="home" aria-label="App Home" tabIndex={0}>
      {home ? (
        <HomeView view={home} sandbox={sandbox} />
      ) : (
        <p className="empty">The app has not published its Home yet.</p>
      )}
    </section>
  );
}

function HomeView({ view, sandbox }: { view: OpenView; sandbox: Sandbox }) {
  const { slack, state } = sandbox;
  const busy = state.running.includes(gestureKey(state.person));
  const interaction = useMemo<Interaction>(
    () => ({ busy, press: (press) => slack.pressOnView(view, press, {}) }),
    [busy, slack, view],
  );
  return (
    <InteractionContext value={interaction}>
      <Blocks blocks={view.blocks} />
    </InteractionContext>
  );
}
