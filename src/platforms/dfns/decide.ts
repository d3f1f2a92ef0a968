// Sending our one decision: three calls under one deadline, and what each answer proves.
import type { SubmissionOutcome } from '../../domain/decision.ts';
import { readJson } from '../../domain/json.ts';
import { at, isList, isRecord, textAt } from './document.ts';
import { callTimeoutMs, type ApiResult, type Sent, type Transport } from './transport.ts';
import { authorise, type SignedRequest, type Signer } from './user-action.ts';
import { idGrammar } from './wire.ts';

/** Longest for all three calls together. */
export const submissionMs = 15_000;

/** The last call is the one that counts: it starts only while it can still be answered. */
const lastCallMs = 5_000;

/** Dfns does not document a limit for the reason; a text that is refused for its length would cost the vote. */
export const reasonMaxLength = 250;

export type DecisionInput = {
  readonly approvalId: string;
  readonly value: 'approved' | 'denied';
  readonly reason: string;
};

const wireValues = { approved: 'Approved', denied: 'Denied' } as const;

export async function sendDecision(
  send: Transport,
  signer: Signer,
  serviceAccount: string,
  input: DecisionInput,
): Promise<SubmissionOutcome> {
  if (!idGrammar.test(input.approvalId)) return notSent('the approval id is not one of Dfns');
  const startedAt = performance.now();
  const timeLeftMs = (): number => submissionMs - (performance.now() - startedAt);
  const beforeLastMs = (): number => Math.max(1, Math.min(callTimeoutMs, timeLeftMs() - lastCallMs));

  // The text is built once: signing covers these bytes, and these bytes are sent.
  const request: SignedRequest = {
    method: 'POST',
    path: `/v2/policy-approvals/${input.approvalId}/decisions`,
    body: JSON.stringify({ value: wireValues[input.value], reason: shortened(input.reason) }),
  };
  const authorised = await authorise(send, signer, request, beforeLastMs);
  if (authorised.kind !== 'ok') return failedBefore(authorised);
  if (timeLeftMs() < lastCallMs) return notSent('signing took so long that too little time was left');

  const timeoutMs = Math.min(callTimeoutMs, timeLeftMs());
  const sent = await send({ ...request, userAction: authorised.value, timeoutMs });
  return outcomeOf(sent, { ...input, serviceAccount });
}

/** Whole characters only: half a surrogate pair would not survive as JSON. */
function shortened(reason: string): string {
  const text = reason.toWellFormed();
  return text.length <= reasonMaxLength
    ? text
    : text
        .slice(0, reasonMaxLength - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}

/** Signing decides nothing on the approval: whatever went wrong there, nothing was sent. */
function failedBefore(
  result: Exclude<ApiResult<string>, { kind: 'ok' }> | { readonly kind: 'no-credential'; readonly reason: string },
): SubmissionOutcome {
  switch (result.kind) {
    case 'status':
      return notSent(`signing was answered with ${result.status}: ${result.message}`, result.retryAfterMs);
    case 'no-credential':
    case 'malformed':
    case 'unavailable':
      return notSent(`signing failed: ${result.reason}`);
  }
}

/**
 * What an answer to the decision call proves. Accepted: the approval comes back with our decision in it. Refused: an
 * answer of Dfns itself that says no, by its status, never by its text. 401 is among them although nothing was applied:
 * two calls with the same token had just succeeded, so a retry would meet the same wall, and a person has to look.
 * 429 is turned away before the API, so the same decision may be sent later. Everything else is unknown, and read again.
 */
export function outcomeOf(
  sent: Sent,
  expected: DecisionInput & { readonly serviceAccount: string },
): SubmissionOutcome {
  if (sent.kind !== 'answered') return { kind: 'unknown', reason: sent.reason };
  const { status, text, retryAfterMs } = sent.answer;
  const reading = readJson(text);
  // A proxy in front of Dfns answers with pages: they prove nothing, whatever their status.
  if (reading.kind !== 'ok' || !isRecord(reading.value)) {
    return { kind: 'unknown', reason: `status ${status} with an answer that is not of Dfns` };
  }
  const said = textAt(reading.value, 'error', 'message') ?? textAt(reading.value, 'message') ?? 'no message';
  const words = `status ${status}: ${said.replaceAll(/\p{C}/gu, ' ').slice(0, 200)}`;
  switch (status) {
    case 200:
    case 201: {
      const decisions = at(reading.value, 'decisions');
      const ours = (isList(decisions) ? decisions : []).some(
        (decision) =>
          textAt(decision, 'userId') === expected.serviceAccount &&
          textAt(decision, 'value') === wireValues[expected.value],
      );
      return ours && textAt(reading.value, 'id') === expected.approvalId
        ? { kind: 'accepted' }
        : { kind: 'unknown', reason: `status ${status}, but the answer does not hold our decision` };
    }
    case 403:
      return { kind: 'refused', reason: words, mayNotVote: true };
    case 400:
    case 401:
    case 402:
    case 404:
    case 412:
    case 422:
      return { kind: 'refused', reason: words, mayNotVote: false };
    case 429:
      return { kind: 'not-sent', reason: words, retryAfterMs };
    default:
      return { kind: 'unknown', reason: words };
  }
}

function notSent(reason: string, retryAfterMs: number | null = null): SubmissionOutcome {
  return { kind: 'not-sent', reason, retryAfterMs };
}
