// Events to the app: delivered once, then retried up to three times until one delivery is accepted.
// https://docs.slack.dev/apis/events-api#retries
import { setTimeout as wait } from 'node:timers/promises';
import { deliver, type Ack, type Socket } from './delivery.ts';
import { textAt, type JsonObject } from './json.ts';
import { eventCallback } from './payloads.ts';
import { recordTrouble, type Workspace } from './workspace.ts';

const RETRY_DELAYS_MS = [0, 60_000, 300_000];
const SUBSCRIBED = ['app_home_opened', 'app_uninstalled', 'tokens_revoked', 'user_change', 'channel_shared'];

export type Events = {
  /** The outcome of the first attempt; retries go on behind it. */
  emit(event: JsonObject): Promise<Ack | { kind: 'not_subscribed' }>;
  stop(): Promise<void>;
};

function reasonOf(ack: Ack): string {
  if (ack.error === 'operation_timeout') return 'http_timeout';
  return ack.status === 0 ? 'connection_failed' : 'http_error';
}

export function createEvents(workspace: Workspace, socket: Socket): Events {
  const stopped = new AbortController();
  const retrying = new Set<Promise<void>>();

  const retry = async (payload: JsonObject, first: Ack): Promise<void> => {
    let ack = first;
    const delays = workspace.options.eventRetryDelaysMs ?? RETRY_DELAYS_MS;
    for (const [index, delayMs] of delays.entries()) {
      try {
        await wait(delayMs, undefined, { signal: stopped.signal, ref: false });
      } catch {
        // Only stopping the workspace aborts the wait.
        return;
      }
      ack = await deliver(workspace, socket, {
        type: 'events_api',
        payload,
        retry: { num: index + 1, reason: reasonOf(ack) },
      });
      if (ack.error === undefined || ack.noRetry) return;
    }
    recordTrouble(workspace, '', `event ${textAt(payload, 'event_id') ?? ''}`, ack.error ?? 'lost');
  };

  return {
    async emit(event) {
      const type = textAt(event, 'type') ?? '';
      if (!(workspace.options.events ?? SUBSCRIBED).includes(type)) return { kind: 'not_subscribed' };
      const payload = eventCallback(workspace, event);
      const ack = await deliver(workspace, socket, { type: 'events_api', payload });
      if (ack.error !== undefined && ack.error !== 'no_app' && !ack.noRetry && !stopped.signal.aborted) {
        const attempt = retry(payload, ack).finally(() => retrying.delete(attempt));
        retrying.add(attempt);
      }
      return ack;
    },
    async stop() {
      stopped.abort();
      await Promise.all(retrying);
    },
  };
}
