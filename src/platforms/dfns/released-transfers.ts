// Transfers that Dfns let go, told by a webhook or listed: for the history of payments, never for a decision.
import { readJson, type ExactJson } from '../../domain/json.ts';
import type { ReleasedTransfer, TransferListing } from '../platform.ts';
import type { DfnsApi } from './api.ts';
import { isRecord, recordAt, textAt, type ExactRecord } from './document.ts';
import { unavailable } from './read-approval.ts';
import type { ApiResult } from './transport.ts';
import { translateTransfer } from './transfers.ts';
import { idGrammar, type WireApproval } from './wire.ts';

/** The permission that listing needs. Dfns' list of operations puts cancelling under it, so the bot does not keep it. */
const listPermission = 'Wallets:Transfers:Read';

/** Which words mean that the money is on its way. `Pending` waits for policies, and has a webhook of its own later. */
const released = new Set(['Executing', 'Broadcasted', 'Confirmed']);

/** The bytes were verified when they were stored. */
export function readTransferEvent(body: Uint8Array): ReleasedTransfer | null {
  const reading = readJson(Buffer.from(body).toString('utf8'));
  if (reading.kind !== 'ok') return null;
  const kind = textAt(reading.value, 'kind') ?? '';
  const request = recordAt(reading.value, 'data', 'transferRequest');
  return kind.startsWith('wallet.transfer.') && request !== null ? releasedIn(request) : null;
}

/** Null when it was not let go, and also when it has no id to count it once by. */
function releasedIn(request: ExactRecord): ReleasedTransfer | null {
  const id = textAt(request, 'id');
  const status = textAt(request, 'status') ?? '';
  // What failed after it was broadcast may have moved the money all the same.
  const isOut = textAt(request, 'dateBroadcasted') !== null || textAt(request, 'txHash') !== null;
  if (id === null || !idGrammar.test(id) || !(released.has(status) || (status === 'Failed' && isOut))) return null;
  const initiator = textAt(request, 'requester', 'userId');
  const createdAt = instantAt(request, 'dateRequested');
  const activity = translateTransfer(
    { ...noApproval, initiatorId: initiator, createdAt },
    { name: 'transferRequest', path: ['transferRequest'], body: request },
    { serviceAccount: '', initiatorIsServiceAccount: null, walletName: null, keyWallet: null, policyNow: null },
  );
  const dates = ['dateBroadcasted', 'datePolicyResolved', 'dateRequested'].map((name) => instantAt(request, name));
  return { platform: 'dfns', id, initiator, activity, createdAt, releasedAt: dates.find((at) => at !== null) ?? null };
}

/** A transfer's body is the same with and without an approval around it. */
const noApproval: WireApproval = {
  id: '',
  initiatorId: null,
  status: '',
  activityKind: 'Wallets:Sign',
  activity: {},
  requests: [],
  evaluations: [],
  decisions: [],
  expiresAt: null,
  createdAt: null,
  raw: {},
};

/** How often a list that Dfns refuses for now is asked for again, and how long between. */
const mostAttempts = 5;
const longestPauseMs = 60_000;

/** Dfns lists transfers per wallet. A list that breaks off is no list. */
export async function listReleased(api: DfnsApi, onProgress: (found: number) => void): Promise<TransferListing> {
  const wallets = await patiently(() => api.listWallets());
  if (wallets.kind !== 'ok') return refusalOf('wallets', 'Wallets:Read', wallets);
  const transfers: ReleasedTransfer[] = [];
  for (const wallet of wallets.value) {
    const id = textAt(wallet, 'id');
    if (id === null) continue;
    const page = await patiently(() => api.listTransfers(id));
    if (page.kind !== 'ok') return refusalOf(`transfers of ${id}`, listPermission, page);
    transfers.push(...page.value.filter(isRecord).flatMap((request) => releasedIn(request) ?? []));
    onProgress(transfers.length);
  }
  return { kind: 'listed', transfers };
}

async function patiently<Value>(ask: () => Promise<ApiResult<Value>>): Promise<ApiResult<Value>> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await ask();
    if (result.kind !== 'status' || result.status !== 429 || attempt === mostAttempts) return result;
    const pauseMs = Math.min(longestPauseMs, result.retryAfterMs ?? 1000);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function refusalOf(
  what: string,
  permission: string,
  result: Exclude<ApiResult<readonly ExactJson[]>, { kind: 'ok' }>,
): TransferListing {
  if (result.kind === 'status' && result.status === 403) return { kind: 'forbidden', permission };
  return { kind: 'unavailable', reason: unavailable(what, result).reason };
}

function instantAt(request: ExactRecord, name: string): number | null {
  const text = textAt(request, name);
  const instant = text !== null && /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
