// Runs what a person asked for, one note per call: what is running, what came of it, what failed.
import type { Dispatch } from 'react';
import type { PageEvent, Toast } from './state.ts';

/** What every verb needs: a way to report, and to run one call per key at a time. */
export type Runner = {
  dispatch: Dispatch<PageEvent>;
  toast: (text: string, tone?: Toast['tone']) => void;
  run: (key: string, call: () => Promise<void>) => void;
};

const TOAST_MS = 6000;

export function createRunner(dispatch: Dispatch<PageEvent>): Runner {
  let lastToast = 0;
  const toast: Runner['toast'] = (text, tone = 'plain') => {
    lastToast += 1;
    const id = lastToast;
    dispatch({ kind: 'toast-shown', toast: { id, tone, text } });
    setTimeout(() => dispatch({ kind: 'toast-closed', id }), TOAST_MS);
  };
  const run: Runner['run'] = (key, call) => {
    dispatch({ kind: 'call-started', key });
    void call()
      .catch((error: unknown) => toast(error instanceof Error ? error.message : String(error), 'bad'))
      .finally(() => dispatch({ kind: 'call-ended', key }));
  };
  return { dispatch, toast, run };
}
