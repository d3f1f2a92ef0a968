// Was the same amount of the same asset on its way to the same recipient a short time ago? Then it may be sent twice.
import type { Check } from './check.ts';
import { defineCheck, flag, pass, unavailable } from './found.ts';
import { instant } from './listed.ts';

export function duplicatePayment(withinMs: number): Check {
  return defineCheck({
    name: 'duplicate-payment',
    title: 'Duplicate',
    needs: { similarWithinMs: withinMs },
    answer: ({ approval: { activity }, similar }) => {
      if (activity.destinations.length === 0) return unavailable('it names no recipient');
      if (activity.amountBase === null) return unavailable('its amount is unknown');
      if (similar === null) return unavailable('what it pays cannot be compared with the payments before');
      const [newest] = similar;
      if (newest === undefined) return pass(`there was no payment like it in the last ${hours(withinMs)}`);
      const { reference, state, at, externalId } = newest;
      const words = `the same amount to the same recipient was asked for before (${reference}, ${state})`;
      const evidence = { earlier: reference, state, at: instant(at), ...(externalId === null ? {} : { externalId }) };
      return flag(words, evidence);
    },
  });
}

function hours(ms: number): string {
  const count = ms / 3_600_000;
  return count === 1 ? 'hour' : `${count} hours`;
}
