// Reservations: a payment is counted before anybody looks whether it fits, so what is looked at is what is held.
import type { Payment, SpendSum } from '../domain/spend.ts';
import { isCounted } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { anchorsOfPayment, isInDoubt, tagsOf, type SpendKey } from './spend-match.ts';
import { callPrepared } from './spend-prepared.ts';
import { askWithShapes } from './spend-shapes.ts';
import { askedOf, sumsIn, type SumQuery, type SumRow } from './spend-totals.ts';
import { storable } from './storable.ts';

export type Reserved = {
  /** Null when a payment of this reference is known already: then nothing was counted. */
  readonly paymentId: number | null;
  /** No other payment belongs to the approval. */
  readonly isOnly: boolean;
  /** One per question, in their order, the reserved payment included; null where the key does not exist. */
  readonly sums: readonly (SpendSum | null)[];
};

type ReserveAnswer = {
  readonly state: 'reserved';
  readonly payment: number | null;
  readonly isOnly: boolean;
  readonly sums: readonly SumRow[] | null;
};

/**
 * Counts a payment that the platform has not released yet under every key that it belongs to, and answers what is
 * asked. The sums of `held` stay as they are until the transaction ends, and so do those of payments in doubt: two
 * requests that are each under a limit but together over it can't both pass. Whoever finds that it does not fit takes
 * it back, or ends the transaction without it.
 *
 * Once per transaction, before it changes any key, and after the audit chain's lock if it takes that one.
 */
export async function reservePayment(
  tx: Db,
  input: {
    readonly payment: Payment;
    readonly approvalId: string;
    readonly held?: readonly SpendKey[];
    readonly sums?: readonly SumQuery[];
  },
): Promise<Reserved> {
  const { payment, approvalId, held = [], sums = [] } = input;
  const { connection, reference, dimensions, amountBase, fiat, at } = payment;
  // Those that the payment counts under are locked because it changes them.
  const others = held.filter(({ counter, values }) => !isCounted(counter, values, dimensions));
  const answer = await askWithShapes<ReserveAnswer>(tx, connection, async ({ text, shapes }) =>
    callPrepared(tx, reserveCall, [
      connection,
      isInDoubt(payment, shapes),
      text,
      anchorsOfPayment(payment, shapes).join(','),
      others.map(({ digest }) => digest).join(','),
      storable(reference),
      approvalId,
      JSON.stringify(storable(dimensions)),
      tagsOf(dimensions).join(','),
      amountBase,
      fiat?.value ?? null,
      fiat?.currency ?? null,
      new Date(at).toISOString(),
      ...askedOf(sums),
    ]),
  );
  return { paymentId: answer.payment, isOnly: answer.isOnly, sums: sumsIn(answer.sums, sums) };
}

const reserveCall = `spend_reserve(
  $1, $2, $3, string_to_array($4, ','), string_to_array($5, ','), $6, $7, $8, string_to_array($9, ','), $10, $11, $12,
  $13, string_to_array($14, ','), string_to_array($15, ',')::timestamptz[])`;
