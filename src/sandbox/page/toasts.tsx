// Short notes about what just happened; they leave by themselves.
import type { Sandbox } from './use-sandbox.ts';

export function Toasts({ sandbox }: { sandbox: Sandbox }) {
  const { state, dispatch } = sandbox;
  return (
    <div className="toasts" role="status" aria-live="polite">
      {state.toasts.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.tone}`} data-testid="toast">
          <span>{toast.text}</span>
          <button
            type="button"
            className="toast-close"
            aria-label="Dismiss"
            onClick={() => dispatch({ kind: 'toast-closed', id: toast.id })}
          >
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}
