// The modal on top of the acting person's stack. It covers the conversation only: the custody platform stays in reach,
// so that a request can change while somebody reads it.
import { useEffect, useMemo, useRef } from 'react';
import { Blocks } from '../blocks/blocks.tsx';
import { fieldKey } from '../blocks/form.ts';
import type { FormValues } from '../blocks/form.ts';
import { InteractionContext } from '../blocks/interaction.ts';
import type { Interaction } from '../blocks/interaction.ts';
import { TextObject } from '../blocks/text.tsx';
import { gestureKey } from '../slack-verbs.ts';
import type { Sandbox } from '../use-sandbox.ts';
import type { OpenView } from '../wire/workspace.ts';

type Props = { view: OpenView; depth: number; sandbox: Sandbox };

const EMPTY: FormValues = {};

export function Modal({ view, depth, sandbox }: Props) {
  const { slack, state } = sandbox;
  const values = state.drafts[view.id] ?? EMPTY;
  const form = useRef<HTMLFormElement>(null);
  const close = () => slack.close(view);
  useEffect(() => form.current?.focus(), []);
  const interaction = useModalInteraction({ view, sandbox, values });
  return (
    <div className="modal-backdrop">
      <form
        ref={form}
        className="modal"
        role="dialog"
        aria-labelledby={`title-${view.id}`}
        data-testid="modal"
        data-view-id={view.id}
        data-depth={depth}
        tabIndex={-1}
        noValidate
        onKeyDown={(event) => event.key === 'Escape' && close()}
        onSubmit={(event) => {
          event.preventDefault();
          if (!state.running.includes(gestureKey(state.person))) slack.submit(view, values);
        }}
      >
        <header className="modal-head">
          <h2 id={`title-${view.id}`} data-testid="modal-title">
            {view.title && <TextObject text={view.title} />}
          </h2>
          <button type="button" className="icon-button" aria-label="Close" data-testid="modal-dismiss" onClick={close}>
            ✕
          </button>
        </header>
        <div className="modal-body">
          <InteractionContext value={interaction}>
            <Blocks blocks={view.blocks} />
          </InteractionContext>
        </div>
        <ModalFoot view={view} busy={interaction.busy} onClose={close} />
      </form>
    </div>
  );
}

function ModalFoot({ view, busy, onClose }: { view: OpenView; busy: boolean; onClose: () => void }) {
  return (
    <footer className="modal-foot">
      <button type="button" className="button" data-testid="modal-close" onClick={onClose}>
        {view.close ? <TextObject text={view.close} /> : 'Close'}
      </button>
      {view.submit && (
        <button type="submit" className="button primary" data-testid="modal-submit" aria-disabled={busy}>
          <TextObject text={view.submit} />
        </button>
      )}
    </footer>
  );
}

type FormProps = { view: OpenView; sandbox: Sandbox; values: FormValues };

function useModalInteraction({ view, sandbox, values }: FormProps): Interaction {
  const { slack, state, dispatch } = sandbox;
  const busy = state.running.includes(gestureKey(state.person));
  const refused = state.fieldErrors?.viewId === view.id ? state.fieldErrors.errors : view.errors;
  return useMemo<Interaction>(
    () => ({
      busy,
      press: (press) => slack.pressOnView(view, press, values),
      form: {
        read: (blockId, actionId) => values[fieldKey(blockId, actionId)],
        write: (blockId, actionId, value) =>
          dispatch({ kind: 'field-written', viewId: view.id, key: fieldKey(blockId, actionId), value }),
        error: (blockId) => refused[blockId],
      },
    }),
    [busy, refused, dispatch, slack, values, view],
  );
}
