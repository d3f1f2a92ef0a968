// The small question that some buttons ask before they do anything.
import { useEffect, useRef } from 'react';
import type { Confirm } from '../wire/blocks.ts';
import { TextObject } from './text.tsx';

type Props = { confirm: Confirm; onConfirm: () => void; onDeny: () => void };

export function ConfirmDialog({ confirm, onConfirm, onDeny }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="confirm" data-testid="confirm" onCancel={onDeny} aria-label={confirm.title.text}>
      <h2>
        <TextObject text={confirm.title} />
      </h2>
      <TextObject text={confirm.text} />
      <div className="dialog-buttons">
        <button type="button" className="button" data-testid="confirm-cancel" onClick={onDeny}>
          <TextObject text={confirm.deny} />
        </button>
        <button
          type="button"
          className={`button ${confirm.style ?? 'primary'}`}
          data-testid="confirm-ok"
          onClick={onConfirm}
        >
          <TextObject text={confirm.confirm} />
        </button>
      </div>
    </dialog>
  );
}
