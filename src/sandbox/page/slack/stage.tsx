// The middle: one place of the workspace, and over it the modal that is open for the acting person.
import type { Place } from '../state.ts';
import { findIm } from '../state.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { Conversation } from '../wire/workspace.ts';
import { Composer } from './composer.tsx';
import { HomeTab } from './home-tab.tsx';
import { MessageList } from './message-list.tsx';
import { Modal } from './modal.tsx';

export function Stage({ sandbox }: { sandbox: Sandbox }) {
  const { state } = sandbox;
  const modals = state.workspace?.modals ?? [];
  const top = modals.at(-1);
  const conversation = conversationAt(sandbox, state.place);
  return (
    <main className="stage">
      <div className="stage-content" inert={top !== undefined}>
        <PlaceHeader sandbox={sandbox} conversation={conversation} />
        {state.place.kind === 'home' ? (
          <HomeTab sandbox={sandbox} />
        ) : (
          <>
            <MessageList key={conversation?.id} sandbox={sandbox} conversation={conversation} />
            <Composer sandbox={sandbox} channel={conversation?.id} />
          </>
        )}
      </div>
      {top && <Modal key={top.id} view={top} depth={modals.length} sandbox={sandbox} />}
    </main>
  );
}

function conversationAt({ state }: Sandbox, place: Place): Conversation | undefined {
  switch (place.kind) {
    case 'channel':
      return state.workspace?.channels.find(({ id }) => id === place.id);
    case 'im':
      return findIm(state.workspace, place.id);
    case 'home':
      return undefined;
  }
}

function PlaceHeader(props: { sandbox: Sandbox; conversation: Conversation | undefined }) {
  const { sandbox, conversation } = props;
  const { state, person } = sandbox;
  const titles = { channel: `# ${conversation?.name ?? 'approvals'}`, im: 'Countersign', home: 'Countersign · Home' };
  return (
    <header className="place-header">
      <h2 data-testid="place-title">{titles[state.place.kind]}</h2>
      {conversation?.is_archived && <span className="tag">archived</span>}
      {conversation?.is_ext_shared && <span className="tag tag-warning">shared with another company</span>}
      <span className="acting" data-testid="acting-as">
        as {person.name}
      </span>
    </header>
  );
}
