// The Home tab: what waits for this person, and what they decided lately.
import type { KnownBlock } from '@slack/types';
import type { EpochMs } from '../../domain/amount.ts';
import type { ApprovalView, PersonRef } from '../../domain/approval-view.ts';
import type { Choice } from '../../domain/vote.ts';
import { actionIds, callbackIds, slashCommand } from '../action-ids.ts';
import {
  actions,
  context,
  divider,
  header,
  plainText,
  sealed,
  section,
  sectionWithButton,
  type Home,
} from './blocks.ts';
import { button, person, platformLabel } from './links.ts';
import { bold } from './text.ts';
import { networkWords, statusLine, subject, wordsOf } from './status.ts';
import { dateAndTime } from './when.ts';

const maxWaiting = 20;
const maxDecided = 10;

export type Inbox = {
  /** Null: nobody in the configuration has this Slack account. */
  readonly person: PersonRef | null;
  readonly waiting: readonly ApprovalView[];
  readonly decided: readonly { readonly view: ApprovalView; readonly choice: Choice; readonly at: EpochMs }[];
  readonly switches: { readonly automation: boolean; readonly approvals: boolean };
};

export function home(inbox: Inbox): Home {
  const blocks = [...waitingBlocks(inbox), ...decidedBlocks(inbox), divider('end'), context('state', stateLine(inbox))];
  const revision = inbox.waiting.reduce((sum, view) => sum + view.revision, 0);
  return { type: 'home', callback_id: callbackIds.home, blocks: sealed(blocks, revision) };
}

function waitingBlocks({ person: reader, waiting }: Inbox): readonly KnownBlock[] {
  if (reader === null) {
    return [
      header('header', 'You are not an approver here'),
      section(
        'unknown',
        'Your Slack account is not linked to anybody. Ask an admin to add you, if you should approve.',
      ),
    ];
  }
  const title = waiting.length === 0 ? 'Nothing waits for you' : `Waiting for you: ${waiting.length}`;
  const none = 'Requests that need your approval show up here and as a direct message.';
  const left = waiting.length - maxWaiting;
  return [
    header('header', title),
    actions('refresh', [refreshButton()]),
    ...(waiting.length === 0 ? [section('empty', none)] : waiting.slice(0, maxWaiting).flatMap(itemBlocks)),
    ...(left > 0 ? [context('more', `… and ${left} more. Use \`${slashCommand} list\`.`)] : []),
  ];
}

export function itemBlocks(view: ApprovalView): readonly KnownBlock[] {
  const review = button({
    view,
    action: actionIds.review,
    text: 'Review',
    label: 'Review this request. Opens a form.',
  });
  return [sectionWithButton('item', itemWords(view), review), context('item-status', statusLine(view))];
}

function itemWords(view: ApprovalView): string {
  const network = networkWords(view);
  const asked = view.initiator.person === null ? '' : `, asked for by ${person(view.initiator.person)}`;
  return `${bold(subject(view))}${network === null ? '' : ` on ${network}`}\n${platformLabel(view)}${asked}`;
}

function decidedBlocks({ decided }: Inbox): readonly KnownBlock[] {
  if (decided.length === 0) return [];
  const lines = decided.slice(0, maxDecided).map(({ view, choice, at }) => {
    const { emoji, word } = wordsOf(view);
    const what = choice === 'approve' ? 'you approved' : 'you rejected';
    return section('decided', `${emoji} *${word}*  ${subject(view)}\n${what} ${dateAndTime(at)}`);
  });
  return [divider('decided-divider'), header('decided-header', 'Decided by you'), ...lines];
}

function refreshButton(): {
  type: 'button';
  action_id: string;
  text: ReturnType<typeof plainText>;
  accessibility_label: string;
} {
  const text = plainText('Refresh');
  return { type: 'button', action_id: actionIds.refreshHome, text, accessibility_label: 'Refresh this list' };
}

function stateLine({ switches }: Inbox): string {
  return `${switchWords(switches)}  ·  \`${slashCommand} help\``;
}

export function switchWords(switches: Inbox['switches']): string {
  const automatic = switches.automation && switches.approvals;
  return `Approvals from Slack ${onOff(switches.approvals)}  ·  automatic approval ${onOff(automatic)}`;
}

function onOff(on: boolean): string {
  return on ? '*on*' : '*paused*';
}
