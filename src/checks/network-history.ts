// Was this recipient paid on other networks only? Then somebody may have picked the wrong one, and money is lost there.
import { defineCheck, flag, pass, unavailable } from './found.ts';

export const networkHistory = defineCheck({
  name: 'network-history',
  title: 'Network',
  needs: { recipients: true },
  answer: ({ approval: { activity }, recipients }) => {
    const { network } = activity;
    if (network === null) return unavailable('its network is unknown');
    if (recipients.length === 0) return unavailable('it names no recipient');
    for (const { address, paidOn } of recipients) {
      if (paidOn === null) return unavailable(`${address} cannot be compared with the payments before`);
      if (paidOn.length === 0 || paidOn.includes(network)) continue;
      const others = paidOn.join(', ');
      const words = `${address} was paid on ${others} before, and never on ${network}`;
      return flag(words, { recipient: address, network, paidOn: others });
    }
    return pass('the recipient was not paid on other networks only');
  },
});
