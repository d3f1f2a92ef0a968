// From a row of a file to a payment, in the same canonical form as those that approvals bring; faults with a remedy.
import { activityKinds, noRequest, type Activity, type ActivityKind } from '../domain/activity.ts';
import { isBaseUnits, parseFiat, type EpochMs, type Fiat } from '../domain/amount.ts';
import type { Payment } from '../domain/spend.ts';
import { paymentOf } from '../flow/read-spend.ts';
import type { FileRow, RowFault, RowsReading } from './history-rows.ts';

export type PaymentsReading = {
  readonly payments: readonly Payment[];
  readonly faults: readonly RowFault[];
};

/** A clock that is a little ahead wrote no future. */
const skewMs = 5 * 60_000;

export function readPayments(
  { rows, faults: earlier }: RowsReading,
  input: { readonly connection: string; readonly platform: string; readonly now: EpochMs },
): PaymentsReading {
  const faults: RowFault[] = [...earlier];
  const byReference = new Map<string, { readonly line: number; readonly payment: Payment }>();
  for (const row of rows) {
    const reading = readRow(row, input);
    faults.push(...reading.faults);
    const { payment } = reading;
    if (payment === null) continue;
    const same = byReference.get(payment.reference);
    if (same === undefined) byReference.set(payment.reference, { line: row.line, payment });
    else if (JSON.stringify(same.payment) !== JSON.stringify(payment)) {
      const words = `the reference "${payment.reference}" stands on line ${same.line} with other values`;
      faults.push({ line: row.line, words, remedy: 'Keep the line that is right.' });
    }
  }
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  return { payments: [...byReference.values()].map(({ payment }) => payment), faults: sorted };
}

type RowReading = { readonly payment: Payment | null; readonly faults: readonly RowFault[] };

function readRow(
  { line, cells }: FileRow,
  input: { readonly connection: string; readonly platform: string; readonly now: EpochMs },
): RowReading {
  const faults: RowFault[] = [];
  const refuse = (words: string, remedy: string): void => void faults.push({ line, words, remedy });
  const cell = (name: string): string | null => (cells[name] === undefined || cells[name] === '' ? null : cells[name]);

  const reference = cell('reference');
  if (reference === null) refuse('it has no reference', "Write the platform's id of the transfer: it is counted once.");
  const at = readInstant(cell('at'));
  if (at === null) refuse('its "at" is not an instant', 'Write e.g. 2026-09-14T08:52:05Z, with the time zone.');
  else if (at > input.now + skewMs) refuse('it is in the future', 'Import what has left already.');
  const kind = readKind(cell('activity') ?? 'transfer');
  if (kind === null) refuse(`"${cell('activity')}" is no activity`, `Write one of: ${activityKinds.join(', ')}.`);
  const amount = cell('amount');
  if (amount !== null && !isBaseUnits(amount)) {
    refuse(`the amount "${cell('amount')}" is not a whole number of base units`, 'Write 1.5 USDC, say, as 1500000.');
  }
  const fiat = readFiat(cell('value'), cell('currency'));
  if (fiat === 'fault') refuse('its value is not an amount of a currency', 'Write e.g. value 1249.50, currency USD.');
  if (reference === null || at === null || kind === null || fiat === 'fault' || faults.length > 0) {
    return { payment: null, faults };
  }

  const payment = paymentOf(
    {
      platform: input.platform,
      id: reference,
      initiator: initiatorOf(cell('initiator')),
      activity: activityOf(cell, { reference, kind, amount }),
      createdAt: at,
    },
    input.connection,
    at,
  );
  if (payment === null) {
    refuse(`"${kind}" moves nothing`, 'Leave the line out.');
    return { payment: null, faults };
  }
  faults.push(...unreadValues(line, cell, payment));
  return { payment: { ...payment, fiat }, faults };
}

/** What was written and could not be read: it would leave every limit open that it may belong to. */
function unreadValues(line: number, cell: (name: string) => string | null, payment: Payment): readonly RowFault[] {
  const { network, asset, recipient } = payment.dimensions;
  const written = cell('network');
  if (written === null) {
    const needed = cell('asset') ?? cell('recipient');
    return needed === null ? [] : [{ line, words: 'it names no network', remedy: 'Assets and recipients need one.' }];
  }
  if (network.length === 0) {
    const remedy = "Write the platform's name of it, e.g. Ethereum, BaseSepolia, Bitcoin.";
    return [{ line, words: `nothing is known here about the network "${written}"`, remedy }];
  }
  const faults: RowFault[] = [];
  if (cell('asset') !== null && asset.length === 0) {
    const remedy = 'Write its contract, mint or reference, or `native` for the coin of the network.';
    faults.push({ line, words: `"${cell('asset')}" is no asset on ${written}`, remedy });
  }
  if (cell('recipient') !== null && recipient.length === 0) {
    const words = `"${cell('recipient')}" can't be read as addresses on ${written}`;
    faults.push({ line, words, remedy: 'Write whole addresses, several of them with blanks between.' });
  }
  return faults;
}

function activityOf(
  cell: (name: string) => string | null,
  known: { readonly reference: string; readonly kind: ActivityKind; readonly amount: string | null },
): Activity {
  const [wallet, asset] = [cell('wallet'), cell('asset')];
  const addresses = (cell('recipient') ?? '').split(/\s+/).filter((address) => address !== '');
  const reference = asset === 'native' ? null : asset;
  return {
    kind: known.kind,
    platformKind: 'imported',
    subjectId: known.reference,
    network: cell('network'),
    wallet: wallet === null ? null : { id: wallet, name: null },
    destinations: addresses.map((address) => ({ address, amountBase: null })),
    asset: asset === null ? null : { standard: '', reference, symbol: null, decimals: null, verified: null },
    amountBase: known.amount,
    price: null,
    decoded: null,
    claim: null,
    memo: null,
    externalId: null,
    blind: false,
    unread: [],
    request: noRequest,
    facts: [],
  };
}

function initiatorOf(account: string | null): { account: string; serviceAccount: null } | null {
  return account === null ? null : { account, serviceAccount: null };
}

function readInstant(text: string | null): EpochMs | null {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
  const at = text !== null && form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function readKind(text: string): ActivityKind | null {
  return activityKinds.find((kind) => kind === text) ?? null;
}

/** Null: without a price. A currency without a value is an oversight. */
function readFiat(value: string | null, currency: string | null): Fiat | null | 'fault' {
  if (value === null && currency === null) return null;
  if (value === null || currency === null || !/^(?:0|[1-9]\d{0,29})(?:\.\d{1,18})?$/.test(value)) return 'fault';
  return parseFiat(`1 ${currency}`) === null ? 'fault' : { value, currency };
}
