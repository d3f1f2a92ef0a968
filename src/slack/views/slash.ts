// Answers to the slash command, seen only by who typed it.
import type { KnownBlock } from '@slack/types';
import type { EpochMs } from '../../domain/amount.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { actionIds, slashCommand } from '../action-ids.ts';
import { actions, context, header, sealed, section, titled, type Message } from './blocks.ts';
import { retryButton } from './card-buttons.ts';
import { decisiveBlocks } from './decisive.ts';
import { itemBlocks, switchWords } from './home.ts';
import { button, platformButton, platformLabel } from './links.ts';
import { cardFallback, headerText, statusLine } from './status.ts';
import { code, fallback, name, prose } from './text.ts';
import { dateAndTime, duration } from './when.ts';

const maxItems = 10;

export function slashList(views: readonly ApprovalView[]): Message {
  const title = views.length === 0 ? 'Nothing waits for you' : `${views.length} ${requests(views.length)} for you`;
  const left = views.length - maxItems;
  return answer(title, [
    header('header', title),
    ...views.slice(0, maxItems).flatMap(itemBlocks),
    ...(left > 0 ? [context('more', `… and ${left} more on the Home tab.`)] : []),
  ]);
}

function requests(count: number): string {
  return count === 1 ? 'request waits' : 'requests wait';
}

/** Reading only; Review opens the form that can vote. */
export function slashShow(view: ApprovalView): Message {
  const open = platformButton(view);
  const readable = view.approval !== null;
  const elements = [
    ...(readable && view.state === 'pending'
      ? [button({ view, action: actionIds.review, text: 'Review', label: 'Review this request. Opens a form.' })]
      : []),
    ...(readable
      ? [button({ view, action: actionIds.details, text: 'Details', label: 'All details of this request' })]
      : []),
    ...(view.state === 'blocked' ? [retryButton(view)] : []),
    ...(open === null ? [] : [open]),
  ];
  const blocks = [
    header('header', headerText(view)),
    context('status', statusLine(view)),
    ...decisiveBlocks(view),
    ...(elements.length === 0 ? [] : [actions('actions', elements)]),
  ];
  return { text: cardFallback(view), blocks: sealed(blocks, view.revision) };
}

/** `asked` is what somebody typed. */
export function slashNotFound(asked: string): Message {
  return answer('No such approval', [
    section(
      'not-found',
      `No approval is called ${code(asked, 80)}. Use its id here, its id on the platform, or \`${slashCommand} list\`.`,
    ),
  ]);
}

export function slashHelp(): Message {
  const lines = [
    `\`${slashCommand} list\`  what waits for you`,
    `\`${slashCommand} show &lt;id&gt;\`  one approval`,
    `\`${slashCommand} retry &lt;id&gt;\`  send a decision again that the platform refused; for admins`,
    `\`${slashCommand} status\`  switches, connections, what needs attention`,
    `\`${slashCommand} whoami\`  who you are here, and which groups you vote in`,
    `\`${slashCommand} pause\`  stop all approvals from here; anyone listed may`,
    `\`${slashCommand} resume\`  needs two admins`,
    `\`${slashCommand} help\`  this text`,
  ];
  return answer('Commands', [section('help', titled('*Commands*', lines))]);
}

export type WhoAmI = {
  readonly slackUser: string;
  readonly name: string | null;
  readonly admin: boolean;
  readonly groups: readonly {
    readonly connection: string;
    readonly name: string;
    readonly votes: 'slack' | 'platform';
  }[];
  readonly accounts: readonly { readonly connection: string; readonly account: string }[];
  /** What stands in the way of a vote right now, as `refusalWords` says it. */
  readonly obstacles: readonly string[];
  readonly coolingUntil: EpochMs | null;
};

export function slashWhoami(who: WhoAmI): Message {
  const groups = who.groups
    .slice(0, 20)
    .map(
      (group) =>
        `• ${name(group.name, 60)} in ${name(group.connection, 60)}, votes ${group.votes === 'slack' ? 'here' : 'on the platform'}`,
    );
  const accounts = who.accounts
    .slice(0, 20)
    .map((entry) => `• ${name(entry.connection, 60)}: ${code(entry.account, 80)}`);
  const unknown = 'Your Slack account is not linked to anybody here, so you cannot vote. Ask an admin to add you.';
  const opening = who.name === null ? unknown : `You are *${name(who.name, 60)}*${who.admin ? ', an admin' : ''}.`;
  const cooling =
    who.coolingUntil === null ? [] : [`⚠️ Your entry changed; you can vote again ${dateAndTime(who.coolingUntil)}.`];
  return answer('Who you are here', [
    section(
      'who',
      titled(
        opening,
        [`Slack account ${code(who.slackUser, 80)}`, ...cooling, ...who.obstacles.map((words) => `⚠️ ${words}`)],
        2600,
      ),
    ),
    section('groups', titled('*Groups*', groups.length === 0 ? ['None: no vote of yours counts anywhere.'] : groups)),
    ...(accounts.length === 0 ? [] : [section('accounts', titled('*Your accounts*', accounts, 2400))]),
  ]);
}

export type Status = {
  readonly switches: { readonly automation: boolean; readonly approvals: boolean };
  readonly connections: readonly {
    readonly name: string;
    readonly platform: string;
    readonly mode: string;
    readonly pending: number;
    readonly oldestPendingAt: EpochMs | null;
  }[];
  /** What needs a person's attention, in words. */
  readonly attention: readonly string[];
  readonly now: EpochMs;
};

export function slashStatus(status: Status): Message {
  const connections = status.connections.slice(0, 20).map((entry) => {
    const oldest = entry.oldestPendingAt === null ? '' : `, oldest ${duration(status.now - entry.oldestPendingAt)}`;
    return `• ${name(entry.name, 60)} (${platformLabel(entry)}, mode ${prose(entry.mode, 20)}): ${entry.pending} pending${oldest}`;
  });
  const attention = status.attention.map((words) => `⚠️ ${prose(words, 240)}`);
  const nothing = ['✅ Nothing needs attention.'];
  return answer('Status', [
    section('switches', switchWords(status.switches)),
    section(
      'connections',
      titled('*Connections*', connections.length === 0 ? ['None configured.'] : connections, 2400),
    ),
    section('attention', titled('*Attention*', attention.length === 0 ? nothing : attention, 2400)),
  ]);
}

function answer(text: string, blocks: readonly KnownBlock[]): Message {
  return { text: fallback(text, 160), blocks: sealed(blocks, 0) };
}
