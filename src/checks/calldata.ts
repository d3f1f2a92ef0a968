// What do the call data do, calls inside calls included? Power that is handed over weighs more than any amount.
import { readCallSteps, type CallReading } from '../chains/call-steps.ts';
import type { Activity } from '../domain/activity.ts';
import { defineCheck, flag, pass, unavailable, type Answer } from './found.ts';

/** Shown of a long list; the whole of it is what the platform shows. */
const mostShown = 10;

export const calldata = defineCheck({
  name: 'calldata',
  title: 'Call data',
  answer: ({ approval: { activity } }) => {
    const { call } = activity.request;
    return call === null ? withoutCall(activity) : judge(readCallSteps(call));
  },
});

function withoutCall({ kind, decoded }: Activity): Answer {
  if (decoded?.kind === 'other' && decoded.dangerous) return flag(decoded.words, { danger: decoded.words });
  if (kind === 'contract-call' || kind === 'raw-transaction') {
    return decoded?.kind === 'transfer' ? pass('it is one plain transfer') : unavailable('its call data are not known');
  }
  return pass('it carries no call data');
}

function judge({ steps, unread }: CallReading): Answer {
  const evidence = Object.fromEntries(
    steps.slice(0, mostShown).map(({ depth, words }, index) => [`step ${index + 1}`, `${'> '.repeat(depth)}${words}`]),
  );
  const dangers = [...new Set(steps.flatMap(({ danger }) => (danger === null ? [] : [danger])))];
  if (dangers.length > 0) {
    const words = dangers.slice(0, mostShown).join('; ');
    return flag(words, { danger: words, ...evidence });
  }
  const [first] = unread;
  if (first !== undefined) return unavailable(`not all of it can be decoded: ${first}`, evidence);
  const [only] = steps;
  if (only !== undefined && steps.length === 1 && only.words.startsWith('sends ')) return pass(only.words, evidence);
  return flag(
    steps
      .map(({ words }) => words)
      .slice(0, mostShown)
      .join('; '),
    evidence,
  );
}
