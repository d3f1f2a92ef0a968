// What the card says and offers in each state.
import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../../../src/domain/approval-view.ts';
import { actionIds, readButtonValue } from '../../../src/slack/action-ids.ts';
import { card } from '../../../src/slack/views/card.ts';
import { home } from '../../../src/slack/views/home.ts';
import { faceOf } from '../../../src/slack/views/status.ts';
import { aDecision, aGroup, aHold, anApprovalView, aPersonRef, aVote, noon } from '../../builders.ts';
import { cardScenes } from './card-scenes.ts';
import { textsIn } from './harmless.ts';

const vote = { approve: '"approval.approve"', reject: '"approval.reject"', withdraw: '"vote.withdraw"' };

function actionsOf(payload: unknown): readonly string[] {
  return [...JSON.stringify(payload).matchAll(/"action_id":"([^"]+)"/g)].map(([, id = '']) => id);
}

function idsOf(view: ApprovalView): readonly string[] {
  return card(view).blocks.map((block) => ('block_id' in block ? (block.block_id ?? '') : ''));
}

describe('card', () => {
  it('shows every face that there is in the scenes', () => {
    const faces = new Set(Object.values(cardScenes).map(faceOf));

    expect([...faces].toSorted()).toEqual(
      [
        'abstained',
        'approved',
        'approved-automatically',
        'blocked',
        'cancelled',
        'cancelled-by-initiator',
        'decided-elsewhere',
        'deciding',
        'denied',
        'expired',
        'failed',
        'followed',
        'held',
        'partly-approved',
        'pending',
        'received',
        'sending',
        'sent',
        'unreadable',
      ].toSorted(),
    );
  });

  it('says approved only when the platform says so', () => {
    for (const [name, view] of Object.entries(cardScenes)) {
      const [header = '', status = ''] = textsIn(card(view).blocks);
      const says = /^(?:🟢 \*)?Approved/u.test(header) || status.includes('*Approved');
      expect([name, says]).toEqual([name, view.state === 'approved']);
    }
  });

  it.each([
    ['pending', [actionIds.approve, actionIds.reject, actionIds.details]],
    ['partly-approved', [actionIds.approve, actionIds.reject, actionIds.details, actionIds.withdrawVote]],
    ['held', [actionIds.withdrawRejection, actionIds.reject, actionIds.details]],
    ['held-needs-more', [actionIds.withdrawRejection, actionIds.reject, actionIds.details, actionIds.liftHold]],
    ['deciding', [actionIds.reject, actionIds.withdrawVote, actionIds.details]],
    ['sending', [actionIds.details]],
    ['sent', [actionIds.openLink, actionIds.details]],
    ['blocked', [actionIds.openLink, actionIds.retrySubmission, actionIds.details]],
    ['approved', [actionIds.details]],
    ['approved-automatically', [actionIds.details, actionIds.pauseAutomation]],
    ['denied', [actionIds.details]],
    ['decided-elsewhere', [actionIds.details]],
    ['unreadable', [actionIds.openLink]],
    ['received', [actionIds.openLink]],
    ['followed', [actionIds.openLink, actionIds.details]],
    ['paused', [actionIds.openLink, actionIds.reject, actionIds.details]],
  ])('offers on the card "%s" what can still work and nothing else', (name, expected) => {
    const view = cardScenes[name];
    if (view === undefined) throw new Error(`failed to find the scene ${name}`);

    expect(actionsOf(card(view))).toEqual(expected);
  });

  it('offers no undo from the first attempt to send on', () => {
    const started = aDecision({ firstAttemptAt: noon });
    const deciding = anApprovalView({ state: 'deciding', votes: [aVote()], decision: started });
    const held = anApprovalView({ state: 'deciding', holds: [aHold()], decision: started });

    expect(actionsOf([card(deciding), card(held)])).toEqual([actionIds.details, actionIds.details]);
  });

  it('offers no vote outside vote mode', () => {
    const modes = ['observe', 'card'] as const;
    const holds = [[], [aHold()]];
    const views = modes.flatMap((mode) => holds.map((held) => anApprovalView({ mode, holds: held })));
    const json = JSON.stringify(views.map(card));

    expect(Object.values(vote).filter((action) => json.includes(action))).toEqual([]);
  });

  it('carries approval, whole fingerprint and revision in every button', () => {
    const view = anApprovalView({ revision: 2, votes: [aVote()] });
    const values = [...JSON.stringify(card(view).blocks).matchAll(/"value":("(?:[^"\\]|\\.)*")/g)];

    const read = values.map(([, text = '""']) => readButtonValue(JSON.parse(text)));

    expect(read.length).toBe(4);
    expect(new Set(read.map((value) => JSON.stringify(value)))).toEqual(
      new Set([JSON.stringify({ v: 1, id: view.id, fp: view.fingerprint, rev: 2 })]),
    );
  });

  it('gives new block ids to every change, and the same ones to the same content', () => {
    const before = idsOf(anApprovalView());

    expect(idsOf(anApprovalView())).toEqual(before);
    for (const next of [anApprovalView({ votes: [aVote()] }), anApprovalView({ revision: 1 })]) {
      expect(idsOf(next).filter((id) => before.includes(id))).toEqual([]);
    }
  });

  it('mentions only people whose Slack id is in the configuration', () => {
    const strange = { id: 'mallory', name: 'Mallory', slack: 'T0ACME/<!channel>' };
    const view = anApprovalView({ initiator: { account: 'us-1', person: strange, serviceAccount: false } });

    expect(JSON.stringify(card(view))).not.toContain('channel');
    expect(JSON.stringify(card(view))).toContain('Mallory');
  });

  it('says who is missing and that a quorum can not be reached', () => {
    const seen = textsIn(card(cardScenes['unreachable'] ?? anApprovalView())).join('\n');

    expect(seen).toContain('Needs 3 more of: <@U0ALICE>');
    expect(seen).toContain("This quorum can't be reached");
  });

  it.each([
    ['service-account-alone', 'the Slack quorum is the only control'],
    ['any-one-may-approve', 'Any one listed person can approve alone in Dfns'],
    ['mixed', 'fills 1 of 3 seats'],
    ['people-only', 'Only people count in this group'],
    ['anyone-in-the-organisation', 'Anyone in the organisation can approve'],
  ] as const)('says in plain words what a group of shape %s means', (shape, words) => {
    const view = anApprovalView();
    const standing = view.standing.map((group) => ({ ...group, shape, group: aGroup({ quorum: 3 }) }));

    expect(textsIn(card({ ...view, standing })).join('\n')).toContain(words);
  });

  it('shows at most as much on the Home tab as Slack takes', () => {
    const waiting = Array.from({ length: 60 }, () => anApprovalView());
    const payload = home({
      person: aPersonRef(),
      waiting,
      decided: [],
      switches: { automation: true, approvals: true },
    });

    expect(payload.blocks.length).toBeLessThanOrEqual(100);
    expect(textsIn(payload).join('\n')).toContain('… and 40 more');
  });
});
