// Runs one check of the registry over the usual approval with one thing changed.
import type { Check, CheckInput, KnownRecipient } from '../../src/checks/check.ts';
import { checks } from '../../src/checks/index.ts';
import type { Activity } from '../../src/domain/activity.ts';
import type { Approval } from '../../src/domain/approval.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { anActivity, anApproval, connection, newRecipient, noon, serviceAccount } from '../builders.ts';

type Around = Partial<Approval> & Partial<Pick<CheckInput, 'recipients' | 'similar' | 'now'>>;

export function aRecipient(overrides: Partial<KnownRecipient> = {}): KnownRecipient {
  return { address: newRecipient, isListed: false, paidOn: ['Ethereum'], alike: [], ...overrides };
}

export function inputOf(activity: Partial<Activity> = {}, around: Around = {}): CheckInput {
  const { recipients = [aRecipient()], similar = [], now = noon, ...approval } = around;
  const subject = anApproval({ activity: anActivity(activity), ...approval });
  return { connection, approval: subject, serviceAccount, recipients, similar, now };
}

export function find(check: string | Check, activity: Partial<Activity> = {}, around: Around = {}): Finding {
  const chosen = typeof check === 'string' ? checks.find(({ name }) => name === check) : check;
  const finding = chosen?.run(inputOf(activity, around));
  if (finding === undefined || finding instanceof Promise) throw new Error(`no finding of ${String(chosen?.name)}`);
  return finding;
}
