// The names that cards and listeners share: actions, modals, blocks, and the values that travel with a click.
import { z } from 'zod';

/** Each has exactly one listener: Bolt runs every listener that matches. */
export const actionIds = {
  approve: 'approval.approve',
  reject: 'approval.reject',
  details: 'approval.details',
  /** Opens the same modal as Approve, from a direct message, the Home tab or a list. */
  review: 'approval.review',
  withdrawVote: 'vote.withdraw',
  withdrawRejection: 'rejection.withdraw',
  liftHold: 'hold.lift',
  pauseAutomation: 'automation.pause',
  retrySubmission: 'submission.retry',
  /** A button with a URL still sends a click that must be acknowledged. */
  openLink: 'link.open',
  refreshHome: 'home.refresh',
} as const;

export const callbackIds = {
  approve: 'approval.approve.submit',
  reject: 'approval.reject.submit',
  liftHold: 'hold.lift.submit',
  loading: 'approval.loading',
  details: 'approval.details',
  changed: 'approval.changed',
  recorded: 'approval.recorded',
  refused: 'approval.refused',
  home: 'home',
  inboxShortcut: 'approvals.inbox',
} as const;

/** Inputs of modals: block ids are fixed, because a submission is read by them and errors are shown at them. */
export const inputIds = {
  compared: { block: 'compared', action: 'compared', value: 'compared' },
  reasonCode: { block: 'reason-code', action: 'reason-code' },
  reason: { block: 'reason', action: 'reason' },
} as const;

/** The decisive facts of a card or modal stand in blocks whose id starts with this; nothing else does. */
export const decisiveBlockPrefix = 'decisive.';

export const slashCommand = '/approvals';

/** A rejection shorter than this says nothing to the person who has to act on it. */
export const minReasonLength = 10;
export const maxReasonLength = 500;

export const reasonCodes = [
  { code: 'destination', words: 'Destination not confirmed' },
  { code: 'amount', words: 'Amount looks wrong' },
  { code: 'unexpected', words: 'Not expected or not authorised' },
  { code: 'documents', words: 'Missing documents' },
  { code: 'fraud', words: 'Suspected fraud' },
  { code: 'other', words: 'Other' },
] as const;

/** The words for a code that came back from a modal; null when no such code was offered. */
export function reasonCodeWords(code: string): string | null {
  return reasonCodes.find((entry) => entry.code === code)?.words ?? null;
}

const approvalId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const buttonValue = z.strictObject({
  v: z.literal(1),
  id: approvalId,
  /** The whole fingerprint of what was shown; null on cards of approvals that could not be read. */
  fp: hash.nullable(),
  rev: z.int().min(0),
});

export type ButtonValue = z.infer<typeof buttonValue>;

export function writeButtonValue(value: Omit<ButtonValue, 'v'>): string {
  return JSON.stringify({ v: 1, id: value.id, fp: value.fp, rev: value.rev });
}

/** Total: anything but a value that we wrote is null. */
export function readButtonValue(text: unknown): ButtonValue | null {
  return readAs(buttonValue, text, 2000);
}

const modalMetadata = z.strictObject({
  approvalId,
  fingerprint: hash,
  /** Digest of the decisive facts that this modal shows; a vote stores it. */
  shown: hash,
});

export type ModalMetadata = z.infer<typeof modalMetadata>;

export function writeModalMetadata(metadata: ModalMetadata): string {
  return JSON.stringify(metadata);
}

export function readModalMetadata(text: unknown): ModalMetadata | null {
  return readAs(modalMetadata, text, 3000);
}

function readAs<T>(schema: z.ZodType<T>, text: unknown, maxLength: number): T | null {
  if (typeof text !== 'string' || text.length > maxLength) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
