// A recipient that imitates another one: both addresses stand side by side once, where a person compares them.
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { aFinding, newRecipient } from '../builders.ts';
import { openSlackLab, textOf, type SlackLab } from './lab.ts';

let lab: SlackLab;

afterEach(async () => {
  await lab.close();
});

const imitated = '0xdE72aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaF263';
const lookAlike: Check = {
  name: 'look-alike',
  title: 'Look-alike',
  needs: {},
  run: () =>
    aFinding({
      check: 'look-alike',
      title: 'Look-alike',
      outcome: 'stop',
      words: `${newRecipient} looks like ${imitated}, which was paid before, but is another address`,
      evidence: { recipient: newRecipient, looksLike: imitated },
    }),
};

describe('the card of a look-alike recipient', () => {
  it('shows the two addresses once beside each other, and says elsewhere only that the check stops it', async () => {
    lab = await openSlackLab({ checks: [lookAlike] });
    await lab.arrive();

    const text = textOf(lab.cards()[0]?.blocks);

    expect(text.split(imitated)).toHaveLength(2);
    expect(text.split('looks like')).toHaveLength(2);
    expect(text).toContain('a check stops it (Look-alike)');
    expect(text).toContain(`\n\`${newRecipient}\`\n\`${imitated}\``);
  });
});
