// Reading one approval whole: itself, the policies that it triggered, and what is worth showing beside it.
import { stringify } from 'lossless-json';
import type { ApprovalReading } from '../platform.ts';
import type { DfnsApi } from './api.ts';
import type { Lookups } from './lookups.ts';
import { statuses, translateApproval, triggeredPolicyIds, wordIn, type Origin } from './translate.ts';
import type { ApiResult } from './transport.ts';
import { idGrammar, readWireApproval, readWirePolicy, type WirePolicy } from './wire.ts';

export async function readWhole(api: DfnsApi, lookups: Lookups, origin: Origin, id: string): Promise<ApprovalReading> {
  if (!idGrammar.test(id)) return { kind: 'absent' };
  const result = await api.getApproval(id);
  if (result.kind === 'status' && result.status === 404) return { kind: 'absent' };
  if (result.kind === 'malformed') return { kind: 'unreadable', reason: result.reason, document: result.document };
  if (result.kind !== 'ok') return unavailable('the approval', result);

  const document = stringify(result.value, undefined, 2) ?? '';
  const wire = readWireApproval(result.value);
  if (wire.kind === 'unreadable') return { kind: 'unreadable', reason: wire.reason, document };
  if (wire.value.id !== id) return { kind: 'unreadable', reason: 'Dfns answered with another approval', document };

  const [policies, around] = await Promise.all([
    Promise.all(triggeredPolicyIds(wire.value).map((policyId) => readPolicy(api, policyId))),
    lookups(wire.value),
  ]);
  const down = policies.find((policy) => policy.kind === 'unavailable');
  if (down !== undefined) return down;
  const unread = policies.find((policy) => policy.kind === 'unreadable');
  // Once it has ended nobody votes any more: a policy that is gone by then must not hide how it ended.
  if (unread !== undefined && !hasEnded(wire.value.status)) {
    return { kind: 'unreadable', reason: unread.reason, document };
  }
  const read = policies.flatMap((policy) => (policy.kind === 'read' ? policy.value : []));
  return { kind: 'read', approval: translateApproval(wire.value, read, around, origin) };
}

function hasEnded(status: string): boolean {
  const known = wordIn(statuses, status);
  return known !== null && known !== 'pending';
}

type PolicyReading =
  | { readonly kind: 'read'; readonly value: WirePolicy }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | Extract<ApprovalReading, { kind: 'unavailable' }>;

/** Without the policy nobody knows who has to approve: then people decide on the platform. */
async function readPolicy(api: DfnsApi, id: string): Promise<PolicyReading> {
  const result = await api.getPolicy(id);
  if (result.kind === 'malformed') return unreadable(id, result.reason);
  if (result.kind === 'status' && (result.status === 404 || result.status === 403)) {
    return unreadable(id, result.status === 404 ? 'it does not exist any more' : 'the service account may not read it');
  }
  if (result.kind !== 'ok') return unavailable(`the policy ${id}`, result);
  const reading = readWirePolicy(result.value);
  if (reading.kind === 'unreadable') return unreadable(id, reading.reason);
  if (reading.value.id !== id) return unreadable(id, 'Dfns answered with another policy');
  return reading.value.status === 'Active'
    ? reading
    : unreadable(id, `its status is "${reading.value.status}", so who may approve is not known`);
}

function unreadable(id: string, why: string): PolicyReading {
  return { kind: 'unreadable', reason: `the policy ${id} that was triggered can't be read: ${why}` };
}

/** Weather: the same question may be answered later. */
export function unavailable(
  what: string,
  result: Exclude<ApiResult<unknown>, { kind: 'ok' }>,
): Extract<ApprovalReading, { kind: 'unavailable' }> {
  if (result.kind !== 'status') return { kind: 'unavailable', reason: `${what}: ${result.reason}`, retryAfterMs: null };
  const { status, message, retryAfterMs } = result;
  return { kind: 'unavailable', reason: `${what}: status ${status}, ${message}`, retryAfterMs };
}
