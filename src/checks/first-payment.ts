// Was this recipient ever paid, or does a rule name it? The first payment to somebody is where mistakes and frauds begin.
import { defineCheck, flag, pass, unavailable } from './found.ts';

export const firstPayment = defineCheck({
  name: 'first-payment',
  title: 'First payment',
  needs: { recipients: true },
  answer: ({ recipients }) => {
    if (recipients.length === 0) return unavailable('it names no recipient');
    const strangers = recipients.filter(({ paidOn, isListed }) => paidOn?.length === 0 && !isListed);
    if (strangers.length > 0) {
      const who = strangers.map(({ address }) => address).join(', ');
      return flag(`nothing was paid to ${who} before, and no rule names it`, { recipient: who });
    }
    const unreadable = recipients.find(({ paidOn, isListed }) => paidOn === null && !isListed);
    if (unreadable !== undefined) {
      return unavailable(`${unreadable.address} cannot be compared with the payments before`);
    }
    const isNew = recipients.every(({ paidOn }) => paidOn === null || paidOn.length === 0);
    return isNew
      ? pass('it is the first payment to a recipient that a rule names')
      : pass('the recipient was paid before, or a rule names it');
  },
});
