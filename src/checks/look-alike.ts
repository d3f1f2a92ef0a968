// Does the recipient only look like one that was paid before? Address poisoning lives on first and last characters.
import { defineCheck, flag, pass, stop, unavailable } from './found.ts';

export const lookAlike = defineCheck({
  name: 'look-alike',
  title: 'Look-alike',
  needs: { recipients: true },
  answer: ({ approval: { activity }, recipients }) => {
    if (activity.destinations.length === 0) return unavailable('it names no recipient');
    if (recipients.length === 0) return unavailable('nobody knows whom it could be mistaken for');
    for (const { address, alike, paidOn, isListed } of recipients) {
      const [known] = alike;
      if (known === undefined) continue;
      const evidence = { recipient: address, looksLike: known };
      const words = `${address} looks like ${known}, which is known here, but is another address`;
      // Both are known: a coincidence or an old mistake, so a person looks, but is not locked out for good.
      return isListed || (paidOn ?? []).length > 0 ? flag(words, evidence) : stop(words, evidence);
    }
    return pass('the recipient looks like nobody else who is known here');
  },
});
