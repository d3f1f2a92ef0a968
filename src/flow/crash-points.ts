// Named points at which a test may kill the process; in production the hook is never set and costs one look.
type Hook = (name: string) => void;

let hook: Hook | null = null;

export function crashPoint(name: CrashPoint): void {
  hook?.(name);
}

export function onCrashPoint(next: Hook | null): void {
  hook = next;
}

export const crashPoints = [
  'delivery-stored',
  'task-started',
  'approval-read',
  'evaluation-written',
  'vote-written',
  'read-before-write',
  'submission-started',
  'decision-sent',
  'outcome-recorded',
  'card-posted',
] as const;

export type CrashPoint = (typeof crashPoints)[number];
