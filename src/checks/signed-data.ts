// What does the signature over a message or over typed data allow? Many of them move money as a transaction does.
import { readTypedData } from '../chains/typed-data.ts';
import type { Activity } from '../domain/activity.ts';
import { defineCheck, flag, pass, unavailable, type Answer } from './found.ts';

const shownCharacters = 200;

export const signedData = defineCheck({
  name: 'signed-data',
  title: 'Signed data',
  answer: ({ approval: { activity } }) => {
    const { typedData, message } = activity.request;
    if (typedData !== null) return judge(typedData);
    if (message !== null) {
      const shown = message.length > shownCharacters ? `${message.slice(0, shownCharacters)}…` : message;
      return flag('it signs a message: what the signature allows depends on who asks for it', { message: shown });
    }
    return withoutData(activity);
  },
});

function judge(typedData: string): Answer {
  const reading = readTypedData(typedData);
  if (reading.kind === 'unreadable') return unavailable(reading.reason);
  const evidence = { primaryType: reading.primaryType };
  if (reading.dangers.length > 0) {
    const words = reading.dangers.join('; ');
    return flag(words, { danger: words, ...evidence });
  }
  const [unread] = reading.unread;
  if (unread !== undefined) return unavailable(unread, evidence);
  return flag(`it signs typed data "${reading.primaryType}", of which nobody here knows what it allows`, evidence);
}

/** What is wrong when a kind of activity that signs data comes without them. */
const missing: Readonly<Partial<Record<Activity['kind'], Answer>>> = {
  'typed-data': unavailable('the typed data that it signs are not known'),
  'message-signature': unavailable('the message that it signs is not known'),
  'raw-signature': flag('it signs a hash: any transaction or promise may stand behind it'),
  unknown: unavailable('nobody knows whether it signs anything'),
};

function withoutData({ kind }: Activity): Answer {
  return missing[kind] ?? pass('it signs nothing but what is shown');
}
