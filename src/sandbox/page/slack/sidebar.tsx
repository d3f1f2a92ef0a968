// The left side: the workspace, its places, and the switch between people.
import { findIm, seenKey } from '../state.ts';
import type { Place } from '../state.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { Person } from '../wire/config.ts';
import { Avatar } from './avatar.tsx';

export function Sidebar({ sandbox }: { sandbox: Sandbox }) {
  const { state, config } = sandbox;
  return (
    <aside className="sidebar" aria-label="Slack workspace">
      <header className="workspace-name">
        <h1>{state.workspace?.team.name ?? config.organisation}</h1>
        <span
          className={`live ${state.slackTrouble === undefined ? 'live-on' : 'live-off'}`}
          role="status"
          data-testid="slack-live"
          title={state.slackTrouble ?? 'Connected to the sandbox Slack'}
        >
          {state.slackTrouble === undefined ? 'live' : 'offline'}
        </span>
      </header>
      <People sandbox={sandbox} />
      <Places sandbox={sandbox} />
      <a className="jump" href="#custody">
        Custody platform ↓
      </a>
    </aside>
  );
}

function Places({ sandbox }: { sandbox: Sandbox }) {
  const { state, config, dispatch } = sandbox;
  const im = findIm(state.workspace, '');
  const unread = im ? im.messages.length - (state.seen[seenKey(state.person, im.id)] ?? 0) : 0;
  const channels = state.workspace?.channels ?? [{ id: config.channel, name: 'approvals', messages: [] }];
  const go = (place: Place) => dispatch({ kind: 'place-chosen', place });
  const isHere = (place: Place) =>
    state.place.kind === place.kind &&
    (state.place.kind !== 'channel' || ('id' in place && state.place.id === place.id));
  return (
    <nav className="places" aria-label="Channels and messages">
      <h2>Channels</h2>
      {channels.map(({ id, name }) => (
        <PlaceButton
          key={id}
          testId={`place-${id}`}
          mark="#"
          label={name ?? id}
          here={isHere({ kind: 'channel', id })}
          onChoose={() => go({ kind: 'channel', id })}
        />
      ))}
      <h2>App</h2>
      <PlaceButton
        testId="place-dm"
        mark="✉"
        label="Countersign"
        unread={unread}
        here={isHere({ kind: 'im', id: '' })}
        onChoose={() => go({ kind: 'im', id: '' })}
      />
      <PlaceButton
        testId="place-home"
        mark="⌂"
        label="App Home"
        here={isHere({ kind: 'home' })}
        onChoose={() => go({ kind: 'home' })}
      />
    </nav>
  );
}

type PlaceProps = { testId: string; mark: string; label: string; here: boolean; unread?: number; onChoose: () => void };

function PlaceButton({ testId, mark, label, here, unread = 0, onChoose }: PlaceProps) {
  return (
    <button
      type="button"
      className="place"
      data-testid={testId}
      aria-current={here ? 'page' : undefined}
      onClick={onChoose}
    >
      <span aria-hidden="true" className="place-mark">
        {mark}
      </span>
      <span className="place-label">{label}</span>
      {unread > 0 && !here && (
        <span className="badge" data-testid={`${testId}-unread`} aria-label={`${unread} new`}>
          {unread}
        </span>
      )}
    </button>
  );
}

function People({ sandbox }: { sandbox: Sandbox }) {
  const { config, state } = sandbox;
  return (
    <div className="people" role="radiogroup" aria-label="Act as">
      <h2>You act as</h2>
      {config.people.map((person) => (
        <PersonButton key={person.id} person={person} chosen={person.id === state.person} sandbox={sandbox} />
      ))}
    </div>
  );
}

function PersonButton(props: { person: Person; chosen: boolean; sandbox: Sandbox }) {
  const { person, chosen, sandbox } = props;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      className="person"
      data-testid={`person-${person.id}`}
      onClick={() => sandbox.dispatch({ kind: 'person-chosen', person: person.id })}
    >
      <Avatar id={person.slackUser} name={person.name} />
      <span className="person-text">
        <span className="person-name">{person.name}</span>
        <span className="person-role">{person.role}</span>
      </span>
    </button>
  );
}
