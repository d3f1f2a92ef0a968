// What checks found under one rulebook, as they would have found it under another: some of them ask whom its rules name.
import { firstPayment } from '../checks/first-payment.ts';
import { lookAlike } from '../checks/look-alike.ts';
import { recipientForms } from '../checks/recipient-forms.ts';
import type { Activity } from '../domain/activity.ts';
import type { Finding } from '../domain/finding.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { listedIn } from './read-needs.ts';

/**
 * Who was paid before stays as it was; whom the rules name is read anew. A recipient whom only the rulebook of then
 * named still counts as known here: that is not kept, and to approve too much in a simulation is to warn too much.
 */
export function asIfInForce(
  findings: readonly Finding[],
  by: { readonly rulebook: Rulebook | null; readonly connection: string; readonly activity: Activity },
): readonly Finding[] {
  const { rulebook, connection, activity } = by;
  if (rulebook === null) return findings;
  const recipients = recipientForms(activity).map((forms) => ({
    address: forms.address,
    ...listedIn(rulebook, connection, forms),
  }));
  return findings.map((finding) => {
    if (finding.check === firstPayment.name && finding.outcome === 'flag') {
      const strangers = recipients.filter(({ isListed }) => !isListed);
      // One who was paid before is no stranger, and the evidence names the strangers.
      const named = (finding.evidence['recipient'] ?? '').split(', ');
      if (strangers.some(({ address }) => named.includes(address))) return finding;
      return { ...finding, outcome: 'pass', words: 'it is the first payment to a recipient that a rule names' };
    }
    if (finding.check === lookAlike.name && finding.outcome === 'pass') {
      const [alike] = recipients.flatMap((recipient) => recipient.alike);
      return alike === undefined
        ? finding
        : { ...finding, outcome: 'stop', words: `it looks like ${alike}, which a rule names` };
    }
    return finding;
  });
}
