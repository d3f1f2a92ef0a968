// Is there a fresh quote of the platform's own? Without one the value is unknown, and unknown is never "small".
import { formatFiat } from '../domain/amount.ts';
import { valueOf } from '../domain/release.ts';
import { defineCheck, unavailable } from './found.ts';

export const price = defineCheck({
  name: 'price',
  title: 'Price',
  answer: ({ approval, now }) => {
    const value = valueOf(approval, now);
    if (value.kind === 'unknown') return unavailable(value.reason);
    const dataAt = approval.activity.price?.quotedAt ?? approval.createdAt;
    const evidence = { value: `${value.fiat.value} ${value.fiat.currency}` };
    return {
      outcome: 'pass',
      words: `it is worth ${formatFiat(value.fiat)} by the platform's quote`,
      evidence,
      dataAt,
    };
  },
});
