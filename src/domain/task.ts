// Work left over after a commit: written as an outbox row in the transaction that causes it.
import type { EpochMs } from './amount.ts';

export type Task =
  | { readonly kind: 'refresh'; readonly connection: string; readonly platformId: string }
  | { readonly kind: 'evaluate'; readonly approvalId: string }
  | { readonly kind: 'submit'; readonly approvalId: string }
  | { readonly kind: 'sync-card'; readonly approvalId: string }
  | { readonly kind: 'ask'; readonly approvalId: string; readonly personId: string }
  | { readonly kind: 'remind'; readonly approvalId: string; readonly personId: string }
  | { readonly kind: 'tell-outcome'; readonly approvalId: string }
  | { readonly kind: 'announce'; readonly noticeId: string };

export type TaskKind = Task['kind'];

export const taskKinds = [
  'refresh',
  'evaluate',
  'submit',
  'sync-card',
  'ask',
  'remind',
  'tell-outcome',
  'announce',
] as const satisfies readonly TaskKind[];

/** A task and the moment before which it must not run (null: at once). */
export type ScheduledTask = { readonly task: Task; readonly notBefore: EpochMs | null };

/** One row per piece of remaining work: asking twice for the same refresh is asking once. */
export function taskKey(task: Task): string {
  switch (task.kind) {
    case 'refresh':
      return `refresh/${task.connection}/${task.platformId}`;
    case 'evaluate':
    case 'submit':
    case 'sync-card':
    case 'tell-outcome':
      return `${task.kind}/${task.approvalId}`;
    case 'ask':
    case 'remind':
      return `${task.kind}/${task.approvalId}/${task.personId}`;
    case 'announce':
      return `announce/${task.noticeId}`;
  }
}
