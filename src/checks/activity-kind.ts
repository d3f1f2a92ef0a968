// Is it a plain transfer of which nothing is left unknown? Everything else is for people.
import { isGovernance, readPlainTransfer } from '../domain/activity.ts';
import { defineCheck, flag, pass } from './found.ts';

export const activityKind = defineCheck({
  name: 'activity-kind',
  title: 'Activity',
  answer: ({ approval: { activity } }) => {
    const evidence = { kind: activity.kind, platformKind: activity.platformKind };
    if (isGovernance(activity.kind)) {
      return flag(`it changes who controls what (${activity.platformKind}): never automatic`, evidence);
    }
    if (activity.kind === 'unknown') {
      return flag(`${activity.platformKind} is not known here: never automatic`, evidence);
    }
    const reading = readPlainTransfer(activity);
    if (reading.kind === 'plain') return pass('it is a plain transfer to one address', evidence);
    return flag(reading.reasons.join('; '), evidence);
  },
});
