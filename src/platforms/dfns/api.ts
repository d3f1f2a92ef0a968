// The calls of Dfns' API that Countersign makes: a thin client whose every outcome is a value.
import type { EpochMs } from '../../domain/amount.ts';
import type { SubmissionOutcome } from '../../domain/decision.ts';
import type { ExactJson } from '../../domain/json.ts';
import { sendDecision, type DecisionInput } from './decide.ts';
import { at, isList, isRecord, textAt, type ExactRecord } from './document.ts';
import { createTransport, resultOf, type ApiResult, type Call, type Sent, type Transport } from './transport.ts';
import { authorise, requestChallenge, type Challenge, type Signer } from './user-action.ts';
import { idGrammar } from './wire.ts';

type WebhookRecord = {
  readonly id: string;
  readonly url: string;
  readonly status: string;
  readonly events: readonly string[];
};

export type DfnsApi = {
  getApproval(id: string): Promise<ApiResult<ExactJson>>;
  /** The ids of all pending approvals, also of those that we can't read and can't vote on. */
  listPendingIds(): Promise<ApiResult<readonly string[]>>;
  decide(input: DecisionInput): Promise<SubmissionOutcome>;
  getPolicy(id: string): Promise<ApiResult<ExactJson>>;
  listPolicies(): Promise<ApiResult<readonly ExactJson[]>>;
  getWallet(id: string): Promise<ApiResult<ExactJson>>;
  getKey(id: string): Promise<ApiResult<ExactJson>>;
  getUser(id: string): Promise<ApiResult<ExactJson>>;
  listWallets(): Promise<ApiResult<readonly ExactJson[]>>;
  listTransfers(walletId: string): Promise<ApiResult<readonly ExactJson[]>>;
  createWebhook(url: string): Promise<ApiResult<ExactJson>>;
  pingWebhook(id: string): Promise<ApiResult<ExactJson>>;
  listWebhooks(): Promise<ApiResult<readonly WebhookRecord[]>>;
  /** The attempts of the last 31 days that failed. */
  listFailedEvents(webhookId: string): Promise<ApiResult<readonly ExactRecord[]>>;
  /** A challenge for a harmless request, never completed: proves token and credential without changing anything. */
  tryChallenge(): Promise<ApiResult<Challenge>>;
  /** Dfns' clock against ours; null when it can't be read. */
  readClock(): Promise<EpochMs | null>;
};

/** `policy.triggered` is left out: it names no approval, and comes for policies that ask nobody. */
export const webhookEvents = ['policy.approval.pending', 'policy.approval.resolved'] as const;

/**
 * For the history of payments: transfers that needed no approval. Approvals work without them. `requested` says nothing
 * about money yet, and would come twice for everything that waits for an approval.
 */
const transferEvents = ['broadcasted', 'confirmed', 'failed'].map((step) => `wallet.transfer.${step}`);

const pageSize = '50';
const mostPages = 400;
/** What is only looked up for display is not waited for long. */
const lookupTimeoutMs = 3000;
/** Fifty approvals with large payloads. */
const pageMaxBytes = 32 * 1024 * 1024;

export function createApi(settings: {
  readonly baseUrl: string;
  readonly token: string;
  readonly serviceAccount: string;
  readonly signer: Signer;
}): DfnsApi {
  const { signer, serviceAccount } = settings;
  const send = createTransport(settings);
  const get = async (path: string): Promise<ApiResult<ExactJson>> => resultOf(await send({ method: 'GET', path }));
  const lookUp = async (path: string): Promise<ApiResult<ExactJson>> =>
    resultOf(await send({ method: 'GET', path, timeoutMs: lookupTimeoutMs }));
  return {
    getApproval: (id) => get(`/v2/policy-approvals/${inPath(id)}`),
    listPendingIds: () => listPendingIds(send),
    decide: (input) => sendDecision(send, signer, serviceAccount, input),
    getPolicy: (id) => get(`/v2/policies/${inPath(id)}`),
    listPolicies: () => readPages(send, '/v2/policies', { status: 'Active' }),
    getWallet: (id) => lookUp(`/wallets/${inPath(id)}`),
    getKey: (id) => lookUp(`/keys/${inPath(id)}`),
    getUser: (id) => lookUp(`/auth/users/${inPath(id)}`),
    listWallets: () => readPages(send, '/wallets', {}),
    listTransfers: (walletId) => readPages(send, `/wallets/${inPath(walletId)}/transfers`, {}),
    createWebhook: (url) => {
      const events = [...webhookEvents, ...transferEvents];
      return postSigned(send, signer, '/webhooks', { url, events, description: 'Countersign' });
    },
    pingWebhook: (id) => postSigned(send, signer, `/webhooks/${inPath(id)}/ping`, {}),
    listWebhooks: () => listWebhooks(send),
    listFailedEvents: (webhookId) => listFailedEvents(send, webhookId),
    tryChallenge: () => requestChallenge(send, { method: 'POST', path: '/webhooks/none/ping', body: '{}' }),
    readClock: async () => {
      const sent = await send({ method: 'GET', path: '/v2/policies', query: { limit: '1' } });
      return sent.kind === 'answered' ? sent.answer.date : null;
    },
  };
}

function inPath(id: string): string {
  return encodeURIComponent(id);
}

type PageRead = { readonly items: readonly unknown[]; readonly next: string | null };

/**
 * Reads pages with native JSON, which is lenient where exact JSON is strict, and takes only ids: one approval that
 * can't be read must not hide the others. Each is read exactly, by itself, afterwards.
 */
async function listPendingIds(send: Transport): Promise<ApiResult<readonly string[]>> {
  const ids = new Set<string>();
  const failure = await eachPage(send, '/v2/policy-approvals', { status: 'Pending' }, (sent) => {
    const page = readLeniently(sent);
    for (const item of page?.items ?? []) {
      const id = idOf(item);
      if (id !== null) ids.add(id);
    }
    return page;
  });
  return failure ?? { kind: 'ok', value: [...ids] };
}

function readLeniently(sent: Sent): PageRead | null {
  if (sent.kind !== 'answered') return null;
  try {
    const parsed: unknown = JSON.parse(sent.answer.text);
    if (typeof parsed !== 'object' || parsed === null || !('items' in parsed) || !Array.isArray(parsed.items))
      return null;
    const next = 'nextPageToken' in parsed && typeof parsed.nextPageToken === 'string' ? parsed.nextPageToken : '';
    return { items: parsed.items, next: next === '' ? null : next };
  } catch {
    // Not JSON: the caller says so.
    return null;
  }
}

function idOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('id' in item)) return null;
  return typeof item.id === 'string' && idGrammar.test(item.id) ? item.id : null;
}

/** All items of a list in exact JSON. */
async function readPages(
  send: Transport,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<ApiResult<readonly ExactJson[]>> {
  const all: ExactJson[] = [];
  const failure = await eachPage(send, path, query, (sent) => {
    const result = resultOf(sent);
    const items = result.kind === 'ok' ? at(result.value, 'items') : undefined;
    if (result.kind !== 'ok' || !isList(items)) return null;
    all.push(...items);
    return { items, next: textAt(result.value, 'nextPageToken') };
  });
  return failure ?? { kind: 'ok', value: all };
}

/** Null when all pages were read. A list that breaks off is no list: what is missing would look resolved. */
async function eachPage(
  send: Transport,
  path: string,
  query: Readonly<Record<string, string>>,
  read: (sent: Sent) => PageRead | null,
): Promise<Exclude<ApiResult<never>, { kind: 'ok' }> | null> {
  let token: string | null = null;
  for (let count = 0; count < mostPages; count += 1) {
    const call: Call = {
      method: 'GET',
      path,
      query: { ...query, limit: pageSize, ...(token === null ? {} : { paginationToken: token }) },
      maxBytes: pageMaxBytes,
    };
    // A page names the next one, so they can't be read side by side.
    const sent = await send(call);
    if (sent.kind === 'unavailable') return sent;
    if (sent.kind === 'answered' && sent.answer.status !== 200) {
      const result = resultOf(sent);
      return result.kind === 'ok' ? { kind: 'unavailable', reason: `status ${sent.answer.status} for a list` } : result;
    }
    const page = read(sent);
    if (page === null) return { kind: 'unavailable', reason: 'the list has an unknown form' };
    if (page.next === null) return null;
    if (page.next === token) return { kind: 'unavailable', reason: 'the list repeats itself' };
    token = page.next;
  }
  return { kind: 'unavailable', reason: `the list has more than ${mostPages} pages` };
}

async function postSigned(
  send: Transport,
  signer: Signer,
  path: string,
  content: object,
): Promise<ApiResult<ExactJson>> {
  const request = { method: 'POST', path, body: JSON.stringify(content) } as const;
  const authorised = await authorise(send, signer, request, () => 10_000);
  if (authorised.kind === 'no-credential') return { kind: 'unavailable', reason: authorised.reason };
  if (authorised.kind !== 'ok') return authorised;
  return resultOf(await send({ ...request, userAction: authorised.value }));
}

async function listWebhooks(send: Transport): Promise<ApiResult<readonly WebhookRecord[]>> {
  const result = await readPages(send, '/webhooks', {});
  if (result.kind !== 'ok') return result;
  const webhooks = result.value.map((webhook) => {
    const events = at(webhook, 'events');
    return {
      id: textAt(webhook, 'id') ?? '',
      url: textAt(webhook, 'url') ?? '',
      status: textAt(webhook, 'status') ?? 'unknown',
      events: (isList(events) ? events : []).flatMap((event) => (typeof event === 'string' ? event : [])),
    };
  });
  return { kind: 'ok', value: webhooks };
}

async function listFailedEvents(send: Transport, webhookId: string): Promise<ApiResult<readonly ExactRecord[]>> {
  const result = await readPages(send, `/webhooks/${inPath(webhookId)}/events`, { deliveryFailed: 'true' });
  return result.kind === 'ok' ? { kind: 'ok', value: result.value.filter(isRecord) } : result;
}
