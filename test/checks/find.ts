// Runs one check of the registry over the usual approval with one thing changed.
import type { CheckInput } from '../../src/checks/check.ts';
import { checks } from '../../src/checks/index.ts';
import type { Activity } from '../../src/domain/activity.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { anActivity, anApproval, noon, serviceAccount } from '../builders.ts';

type Around = Partial<Approval> & { readonly knownRecipients?: readonly string[] };

export function find(name: string, activity: Partial<Activity> = {}, around: Around = {}): Finding {
  const { knownRecipients = [], ...approval } = around;
  const input: CheckInput = {
    approval: anApproval({ activity: anActivity(activity), ...approval }),
    serviceAccount,
    knownRecipients,
    now: noon,
  };
  const check = checks.find((candidate) => candidate.name === name);
  const finding = check?.run(input);
  if (finding === undefined || finding instanceof Promise) throw new Error(`no finding of ${name}`);
  return finding;
}
