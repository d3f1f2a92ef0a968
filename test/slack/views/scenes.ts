// Every view once, as a realistic scene: what the golden files hold.
import type { KnownBlock } from '@slack/types';
import { card } from '../../../src/slack/views/card.ts';
import { directChannelLost } from '../../../src/slack/views/channel-lost.ts';
import { directReminder, directRequest, directRequestDone, outcomeForInitiator } from '../../../src/slack/views/dm.ts';
import { home } from '../../../src/slack/views/home.ts';
import { modalApprove } from '../../../src/slack/views/modal-approve.ts';
import { modalChanged } from '../../../src/slack/views/modal-changed.ts';
import { modalDetails } from '../../../src/slack/views/modal-details.ts';
import { modalLiftHold } from '../../../src/slack/views/modal-lift-hold.ts';
import { modalLoading } from '../../../src/slack/views/modal-loading.ts';
import { modalRecorded } from '../../../src/slack/views/modal-recorded.ts';
import { modalReject } from '../../../src/slack/views/modal-reject.ts';
import { channelNotice } from '../../../src/slack/views/notice.ts';
import { refusalMessage, refusalModal } from '../../../src/slack/views/refusal.ts';
import * as slash from '../../../src/slack/views/slash.ts';
import * as thread from '../../../src/slack/views/thread.ts';
import { aGroup, alice, aPersonRef, bob, carol, dave, hourMs, minuteMs, noon } from '../../builders.ts';

import { cardScenes } from './card-scenes.ts';
import { later, deciding, sent, approved, held, pending, partly, changed, automatic, rulebook } from './scene-views.ts';

export type Scene = { readonly text?: string; readonly type?: string; readonly blocks: readonly KnownBlock[] };

const where = { platform: 'dfns', revision: 0 };
const cardUrl = 'https://acme.slack.com/archives/C0APPROVALS/p1795176001000100';

export const scenes: Readonly<Record<string, Scene>> = {
  ...Object.fromEntries(Object.entries(cardScenes).map(([name, view]) => [`card.${name}`, card(view)])),
  'dm.request': directRequest(pending, { groupNames: ['Treasury'], cardUrl, onPlatform: false }),
  'dm.request-on-platform': directRequest(pending, { groupNames: ['Compliance'], cardUrl, onPlatform: true }),
  'dm.channel-lost': directChannelLost({ channel: 'C0APPROVALS', error: 'is_archived' }),
  'dm.reminder': directReminder(partly, { cardUrl, onPlatform: false }),
  'dm.done': directRequestDone(approved, cardUrl),
  'dm.outcome-approved': outcomeForInitiator(approved, cardUrl),
  'dm.outcome-denied': outcomeForInitiator(cardScenes['denied'] ?? held, null),
  'thread.vote': thread.threadVoteCast(partly, aPersonRef(alice), [aGroup().key]),
  'thread.withdrawn': thread.threadVoteWithdrawn(pending, aPersonRef(alice), 'approve'),
  'thread.rejected': thread.threadRejected(held, {
    person: aPersonRef(carol),
    reason: 'The vendor did not confirm this address by phone.',
    byInitiator: false,
    sendAfter: noon + 46 * minuteMs,
  }),
  'thread.lift-asked': thread.threadLiftAsked(held, aPersonRef(dave)),
  'thread.lifted': thread.threadHoldLifted(partly, [aPersonRef(dave), aPersonRef(alice)]),
  'thread.quorum': thread.threadQuorumReached(deciding),
  'thread.sent': thread.threadSent(sent),
  'thread.changed': thread.threadContentChanged(changed),
  'thread.escalation': thread.threadEscalation(partly, [aPersonRef(bob), aPersonRef(carol)]),
  'modal.approve': modalApprove(partly, [aGroup().key]),
  'modal.approve-not-here': modalApprove(cardScenes['contract-call'] ?? held, []),
  'modal.reject': modalReject(partly, { denyAfterMs: 60_000, byInitiator: false }),
  'modal.cancel': modalReject(partly, { denyAfterMs: 60_000, byInitiator: true }),
  'modal.lift-hold': modalLiftHold(held),
  'modal.loading': modalLoading(partly),
  'modal.changed': modalChanged(changed),
  'modal.recorded': modalRecorded(deciding, 'approve'),
  'modal.recorded-paused': modalRecorded(cardScenes['paused'] ?? held, 'approve'),
  'modal.recorded-rejection': modalRecorded(held, 'deny'),
  'modal.details': modalDetails(sent),
  'modal.details-automatic': modalDetails(automatic),
  'modal.details-rulebook': modalDetails(rulebook),
  'modal.refused': refusalModal({ kind: 'initiator' }, where),
  'ephemeral.refused': refusalMessage({ kind: 'changed-content' }, where),
  'home.inbox': home({
    person: aPersonRef(alice),
    waiting: [pending, partly],
    decided: [{ view: approved, choice: 'approve', at: later }],
    switches: { automation: true, approvals: true },
  }),
  'home.empty': home({
    person: aPersonRef(alice),
    waiting: [],
    decided: [],
    switches: { automation: false, approvals: true },
  }),
  'home.stranger': home({
    person: null,
    waiting: [],
    decided: [],
    switches: { automation: true, approvals: true },
  }),
  'slash.list': slash.slashList([pending, partly]),
  'slash.show': slash.slashShow(partly),
  'slash.show-blocked': slash.slashShow(cardScenes['blocked'] ?? held),
  'slash.not-found': slash.slashNotFound('ap-<none>'),
  'slash.help': slash.slashHelp(),
  'slash.whoami': slash.slashWhoami({
    slackUser: 'T0ACME/U0ALICE',
    name: 'Alice Anderson',
    admin: true,
    groups: [{ connection: 'treasury', name: 'Treasury', votes: 'slack' }],
    accounts: [{ connection: 'treasury', account: 'us-1aaaa-alice-0000000000000001' }],
    obstacles: [],
    coolingUntil: null,
  }),
  'slash.status': slash.slashStatus({
    switches: { automation: true, approvals: true },
    connections: [{ name: 'treasury', platform: 'dfns', mode: 'vote', pending: 3, oldestPendingAt: noon }],
    attention: ['1 approval could not be read'],
    now: noon + hourMs,
  }),
  'notice.paused': channelNotice({
    kind: 'paused',
    connection: null,
    words: 'Alice Anderson paused approvals\nReason: a payout looks wrong',
    createdAt: noon,
  }),
  'notice.resume-asked': channelNotice({
    kind: 'resume-asked',
    connection: null,
    words: 'Alice Anderson asks to resume all approvals; a second admin must agree',
    createdAt: noon,
  }),
  'notice.foreign-decision': channelNotice({
    kind: 'foreign-decision',
    connection: 'treasury',
    words: 'ap-majk9-nd7e4-37k4cdb03tfpa4d8 was approved by our account',
    createdAt: noon,
  }),
};
