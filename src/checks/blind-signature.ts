// Is a bare hash signed? Then nobody, not even a person in Slack, can see what it does.
import { defineCheck, pass, stop } from './found.ts';

export const blindSignature = defineCheck({
  name: 'blind-signature',
  title: 'Blind signature',
  answer: ({ approval: { activity } }) => {
    if (activity.blind || activity.kind === 'raw-signature') {
      return stop('it signs data whose meaning nobody can see', { platformKind: activity.platformKind });
    }
    return pass('what is signed can be seen');
  },
});
