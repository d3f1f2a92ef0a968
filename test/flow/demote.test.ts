import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.ts';
import { auditLog, demotions, notices } from '../../src/db/schema.ts';
import { applyRulebook } from '../../src/flow/apply-rulebook.ts';
import { refreshApproval } from '../../src/flow/refresh-approval.ts';
import { rulebookInForce } from '../../src/flow/rulebook-in-force.ts';
import {
  aFinding,
  alice,
  anActivity,
  anApproval,
  aVotingRule,
  connection,
  dave,
  hourMs,
  newRecipient,
  serviceAccount,
} from '../builders.ts';
import { applyVote, configuredRulebook, openLab, permissiveRulebook, type Lab } from './lab.ts';

let lab: Lab;

afterEach(async () => {
  await lab.close();
});

/** A person is asked about everything, whatever the rulebook says. */
const alwaysLook: Check = {
  name: 'world',
  title: 'World',
  needs: {},
  run: ({ approval }) => aFinding({ check: 'world', outcome: approval.id === 'ap-quiet' ? 'pass' : 'flag' }),
};

const settings = {
  rulebook: permissiveRulebook,
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const;

const { text } = permissiveRulebook;

async function open(change: Parameters<typeof openLab>[0] = {}): Promise<void> {
  lab = await openLab({ ...settings, ...change }, { checks: [alwaysLook] });
}

async function fallen(): Promise<readonly string[]> {
  return (await lab.db.select().from(demotions)).map(({ ruleId }) => ruleId);
}

async function isApprovedAlone(): Promise<boolean> {
  await lab.arrive(anApproval({ id: 'ap-quiet' }));
  return lab.world.sent.some(({ approvalId, value }) => approvalId === 'ap-quiet' && value === 'approved');
}

describe('a rule falls back to shadow', () => {
  it('when a person rejects what it would have approved; it is audited and said, and approves nothing any more', async () => {
    await open();
    await lab.arrive();

    await lab.vote('alice', 'deny');

    expect(await fallen()).toEqual(['routine']);
    const [audit] = await lab.db.select().from(auditLog).where(eq(auditLog.event, 'rule.demoted'));
    expect([audit?.actor, JSON.parse(audit?.details ?? '')]).toMatchObject([
      'alice',
      { rules: ['routine'], rulebook: 1 },
    ]);
    const said = await lab.db.select().from(notices);
    expect(said.map(({ kind, words }) => [kind, words.split('\n')[0]])).toEqual([
      [
        'rule-demoted',
        'The rule "Routine payouts" (routine) fell back to shadow: Alice Anderson rejected what it would have approved (treasury/ap-majk9-nd7e4-37k4cdb03tfpa4d8)',
      ],
    ]);
    expect(await isApprovedAlone()).toBe(false);
  });

  it('when the vote is a hold that waits for a second rejecter', async () => {
    await open({ groups: [aVotingRule({ automation: true, denyQuorum: 2 })] });
    await lab.arrive();

    await lab.vote('alice', 'deny');

    expect(await fallen()).toEqual(['routine']);
  });

  it('when a person denies it on the platform', async () => {
    await open();
    await lab.arrive();

    const account = alice.accounts[connection]?.[0] ?? '';
    applyVote(lab.world, anApproval().id, { account, value: 'denied', reason: null, decidedAt: null });
    await refreshApproval(lab.ctx, { connection, platformId: anApproval().id });

    expect((await lab.row()).state).toBe('denied');
    expect(await fallen()).toEqual(['routine']);
    expect((await lab.db.select().from(notices))[0]?.words).toContain('Alice Anderson rejected');
  });

  it('once, whoever rejects what else', async () => {
    await open();
    await lab.arrive();
    await lab.vote('alice', 'deny');
    await lab.vote('bob', 'deny');

    expect(await fallen()).toEqual(['routine']);
    expect(await lab.db.select().from(notices)).toHaveLength(1);
  });

  it('as a canary too, also one that did not draw this approval', async () => {
    await open({ rulebook: configuredRulebook(text.replace('stage: live', 'stage: canary 1%')) });
    await lab.arrive();

    await lab.vote('alice', 'deny');

    expect(await fallen()).toEqual(['routine']);
  });

  it('and takes along what could approve more without it', async () => {
    const demanding = `${text}    must: [{ kind: amount, atMost: 300000 USD }]
  - id: second
    title: Second
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: 1000000 USD }
      - { kind: recipient, in: ['${newRecipient}'] }
      - { kind: memo, present: true }
`;
    await open({ rulebook: configuredRulebook(demanding) });
    await lab.arrive();
    await lab.vote('alice', 'deny');

    expect(await fallen()).toEqual(['routine']);
    expect(await rulebookInForce(lab.ctx, lab.db)).toMatchObject({ demoted: ['routine', 'second'] });
    // Over what the first one demands: it objected, and nothing else may approve it now.
    const more = anActivity({
      memo: 'x',
      amountBase: '400000000000',
      destinations: [{ address: newRecipient, amountBase: '400000000000' }],
    });
    await lab.arrive(anApproval({ id: 'ap-quiet', activity: more }));
    expect(lab.world.sent).toEqual([]);
  });

  it('until the rulebook is applied again, which an admin must mean', async () => {
    await open();
    await lab.arrive();
    await lab.vote('alice', 'deny');

    expect(await applyRulebook(lab.ctx, { text, personId: 'bob', allowWeaker: false })).toMatchObject({
      kind: 'weaker',
      weaker: ['the rule "routine" is new and may approve'],
    });
    expect(await applyRulebook(lab.ctx, { text, personId: 'alice', allowWeaker: true })).toMatchObject({
      kind: 'applied',
      id: 2,
    });

    expect(await rulebookInForce(lab.ctx, lab.db)).toMatchObject({ id: 2, demoted: [] });
    expect(await isApprovedAlone()).toBe(true);
  });
});

describe('no rule falls back', () => {
  it('when the initiator takes back what they asked for', async () => {
    await open();
    await lab.arrive();

    await lab.vote('dave', 'deny');

    expect((await lab.row()).state).toBe('deciding');
    expect(await fallen()).toEqual([]);
  });

  it('when the initiator, or a service account, denies it on the platform', async () => {
    for (const account of [dave.accounts[connection]?.[0] ?? '', serviceAccount, 'us-bot']) {
      await open({ people: peopleWithBot() });
      await lab.arrive();
      applyVote(lab.world, anApproval().id, { account, value: 'denied', reason: null, decidedAt: null });
      await refreshApproval(lab.ctx, { connection, platformId: anApproval().id });
      expect((await lab.row()).state).toBe('denied');
      expect(await fallen()).toEqual([]);
      await lab.close();
    }
    await open();
  });

  it('when no rule would have approved it, or only one in shadow', async () => {
    for (const rulebook of [
      configuredRulebook(text.replace('1000000 USD', '1 USD')),
      configuredRulebook(text.replace('stage: live', 'stage: shadow')),
      null,
    ]) {
      await open({ rulebook });
      await lab.arrive();
      await lab.vote('alice', 'deny');
      expect(await fallen()).toEqual([]);
      await lab.close();
    }
    await open();
  });

  it('when the rulebook in force by now would not approve it any more', async () => {
    await open();
    await lab.arrive();
    await applyRulebook(lab.ctx, {
      text: text.replace('1000000 USD', '1000 USD'),
      personId: 'bob',
      allowWeaker: false,
    });

    await lab.vote('alice', 'deny');

    expect(await fallen()).toEqual([]);
  });
});

function peopleWithBot() {
  return [alice, { ...dave, owns: ['us-bot'] }];
}
