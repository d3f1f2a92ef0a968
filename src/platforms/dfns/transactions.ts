// Transactions that somebody built elsewhere: raw bytes and contract calls.
import { decodePsbt } from '../../chains/decode.ts';
import type { Activity, Claim } from '../../domain/activity.ts';
import { isBaseUnits } from '../../domain/amount.ts';
import { blankActivity, otherFacts, walletOf, type Translate } from './activity.ts';
import { at, isList, isRecord, recordAt, textAt, type ExactRecord } from './document.ts';
import { readEvmCall, readRawTransaction, undecodable, type Payload } from './evm.ts';

const callKinds: ReadonlySet<string> = new Set([
  'Evm',
  'Eip1559',
  'UserOperations',
  'FunctionCall',
  'SettleOffer',
  'CreateSolanaNonceAccounts',
  'TransferPreapproval',
  'ActivateAccount',
]);

export const translateTransaction: Translate = (approval, request, around) => {
  const network = textAt(request.body, 'network');
  const body = recordAt(request.body, 'requestBody') ?? {};
  const { call, ...payload } = readTransaction(body, network);
  const blank = blankActivity(approval, request);
  return {
    ...blank,
    ...payload,
    request: { ...blank.request, call },
    kind: isCall(body) ? 'contract-call' : 'raw-transaction',
    network,
    wallet: walletOf(request, around),
    claim: claimOf(body),
    facts: [...payload.facts, ...otherFacts(body, new Set(['kind', 'externalId']))],
  };
};

function isCall(body: ExactRecord): boolean {
  return callKinds.has(textAt(body, 'kind') ?? '') || isRecord(body['transaction']);
}

/** Also used for transactions that are only signed and sent by somebody else. */
export function readTransaction(body: ExactRecord, network: string | null): Payload {
  const kind = textAt(body, 'kind') ?? '';
  switch (kind) {
    case 'Evm':
    case 'Eip1559':
      return readEvmCall(body, network);
    case 'Transaction': {
      const transaction = body['transaction'];
      if (typeof transaction === 'string') return readRawTransaction(transaction, network);
      return isRecord(transaction) ? readEvmCall(transaction, network) : undecodable('the transaction is missing');
    }
    case 'UserOperations':
      return readUserOperations(body, network);
    case 'Psbt':
      return undecodable(decodePsbt(textAt(body, 'psbt') ?? '').reason);
    default:
      return undecodable(`transactions of kind "${kind}" are not decoded`);
  }
}

/** One operation is a call like any other; several are told one by one, and are never one transfer. */
function readUserOperations(body: ExactRecord, network: string | null): Payload {
  const operations = at(body, 'userOperations');
  const calls = isList(operations) ? operations.filter(isRecord) : [];
  if (!isList(operations) || calls.length !== operations.length || calls.length === 0) {
    return undecodable('its operations are missing');
  }
  const payloads = calls.map((call) => readEvmCall(call, network));
  const [only] = payloads;
  if (only !== undefined && payloads.length === 1) return only;
  const steps = payloads.map((payload) => wordsOfDecoded(payload.decoded));
  const dangerous = payloads.some(({ decoded }) => decoded?.kind !== 'transfer');
  return {
    destinations: payloads.flatMap((payload) => payload.destinations),
    asset: null,
    amountBase: null,
    decoded: { kind: 'other', words: `runs ${steps.length} operations: ${steps.join('; ')}`, dangerous },
    unread: [...new Set(['it runs several operations', ...payloads.flatMap((payload) => payload.unread)])],
    facts: steps.map((step, index) => ({ label: `Operation ${index + 1}`, value: step })),
    call: null,
  };
}

function wordsOfDecoded(decoded: Activity['decoded']): string {
  switch (decoded?.kind) {
    case 'transfer':
      return `sends ${decoded.amountBase} base units of ${decoded.asset ?? 'the native coin'} to ${decoded.to}`;
    case 'other':
      return decoded.words;
    case 'undecodable':
      return decoded.reason;
    case undefined:
      return 'not decoded';
  }
}

/**
 * A summary that the platform writes beside raw bytes can lie about them, so it is kept to be compared. Fields of a
 * call are no summary: they are the payload itself. The context of an evaluation is a value in dollars: nothing to
 * compare base units with.
 */
function claimOf(body: ExactRecord): Claim | null {
  if (typeof body['transaction'] !== 'string') return null;
  const amount = textAt(body, 'amount') ?? textAt(body, 'value');
  const claim = {
    to: textAt(body, 'to'),
    asset: textAt(body, 'contract'),
    amountBase: amount !== null && isBaseUnits(amount) ? amount : null,
  };
  return claim.to === null && claim.asset === null && claim.amountBase === null ? null : claim;
}
