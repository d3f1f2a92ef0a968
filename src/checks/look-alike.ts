// Does the recipient only look like one that was paid before? Address poisoning lives on first and last characters.
import { looksAlike, sameAddress } from '../chains/addresses.ts';
import { networkNamed } from '../chains/networks.ts';
import { defineCheck, flag, pass, stop, unavailable } from './found.ts';

export const lookAlike = defineCheck({
  name: 'look-alike',
  title: 'Look-alike',
  needs: ['known-recipients'],
  answer: ({ approval: { activity }, knownRecipients }) => {
    if (activity.destinations.length === 0) return unavailable('it names no recipient');
    const network = activity.network === null ? null : networkNamed(activity.network);
    for (const { address } of activity.destinations) {
      const known = knownRecipients.find((other) => looksAlike(network, address, other));
      if (known === undefined) continue;
      const evidence = { recipient: address, looksLike: known };
      // Both were paid before: a coincidence or an old mistake, so a person looks, but is not locked out for good.
      const paidBefore = knownRecipients.some(
        (other) => other === address || sameAddress(network, address, other) === true,
      );
      const words = `${address} looks like ${known}, which was paid before, but is another address`;
      return paidBefore ? flag(words, evidence) : stop(words, evidence);
    }
    return pass(
      knownRecipients.length === 0
        ? 'nobody was paid before whom the recipient could imitate'
        : 'the recipient looks like nobody else who was paid before',
    );
  },
});
