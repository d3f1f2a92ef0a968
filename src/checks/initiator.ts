// Who asked? Nobody known, or our own service account, is never automatic.
import { defineCheck, flag, pass, unavailable } from './found.ts';

export const initiator = defineCheck({
  name: 'initiator',
  title: 'Initiator',
  answer: ({ approval, serviceAccount }) => {
    if (approval.initiator === null) return unavailable('its initiator is unknown');
    const { account } = approval.initiator;
    if (account === serviceAccount) {
      return flag('the service account itself asked for it: it never approves its own requests', { account });
    }
    return pass(`${account} asked for it`, { account });
  },
});
