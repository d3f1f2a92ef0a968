// What the sums of payments must be, the plain way: look at every payment, add up those that count.
import type { Payment, SpendQuestion, SpendSum, SpendValues } from '../../src/domain/spend.ts';

export type Told = Payment & { isOpen: boolean; readonly approvalId: string | null };

const scale = 6;

/** `start` is the first instant of a day's window; rolling windows are worked out here. */
export function plainSum(
  told: readonly Told[],
  asked: {
    readonly question: SpendQuestion;
    readonly values: SpendValues;
    readonly now: number;
    readonly dayStart?: number;
    readonly except?: string;
  },
): SpendSum & { readonly inDoubt: number } {
  const { question, values, now, dayStart, except } = asked;
  const { counter, window, currency } = question;
  let [count, withoutAmount, withoutPrice, inDoubt] = [0, 0, 0, 0];
  let [base, fiat] = [0n, 0n];
  for (const payment of told) {
    if (except !== undefined && payment.approvalId === except) continue;
    const wanted = [
      ...counter.per.map((name) => ({ has: payment.dimensions[name], wants: [values[name] ?? ''] })),
      ...counter.only.map(({ dimension, values: wants }) => ({ has: payment.dimensions[dimension], wants })),
    ];
    const isOther = wanted.some(({ has, wants }) => has.length > 0 && !has.some((value) => wants.includes(value)));
    const isKnown = wanted.every(({ has }) => has.length > 0);
    const isYoung =
      window.kind === 'lifetime' ||
      (window.kind === 'rolling' ? payment.at > now - window.seconds * 1000 : payment.at >= (dayStart ?? NaN));
    if (isOther || !(isYoung || payment.isOpen)) continue;
    if (!isKnown) {
      inDoubt += 1;
      continue;
    }
    count += 1;
    if (payment.amountBase === null) withoutAmount += 1;
    else base += BigInt(payment.amountBase);
    if (currency === null) continue;
    if (payment.fiat?.currency === currency) fiat += scaled(payment.fiat.value);
    else withoutPrice += 1;
  }
  return { count, base: base.toString(), withoutAmount, fiat: unscaled(fiat), withoutPrice, inDoubt };
}

function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function unscaled(value: bigint): string {
  const digits = value.toString().padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -scale) : `${digits.slice(0, -scale)}.${fraction}`;
}
