// The channel card: one approval in its present state, drawn from nothing but the view.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { shortFingerprint } from '../../domain/fingerprint.ts';
import { isTerminal } from '../../domain/lifecycle.ts';
import { actionIds } from '../action-ids.ts';
import { aboutLine, dangerLine, memoLines } from './about.ts';
import { actions, context, header, sealed, section, titled, type Message } from './blocks.ts';
import { cardButtons } from './card-buttons.ts';
import { approveButtonAllowed, decisiveBlocks, factsNotShown } from './decisive.ts';
import { changedLines, explanationOf, noApproveReasons, pausedLine } from './explain.ts';
import { budgetLines, exceptionLines, hasStop, onlyRulebookAbstained, passedLine, watchedLines } from './findings.ts';
import { alternativesLine, groupWords } from './groups.ts';
import { droppable, fit, keep, lastResort, maxCardBlocks, maxCardJson, type Part } from './limits.ts';
import { explorerLink, link, platformLabel } from './links.ts';
import { cardFallback, faceOf, headerText, policyLines, statusLine } from './status.ts';
import { code, prose } from './text.ts';

/** Room for buttons and links, which are added last: they depend on what the finished blocks show. */
const roomForButtons = 3400;

export function card(view: ApprovalView): Message {
  const note = `Some details do not fit on this card. Look in Details, or in ${platformLabel(view)}.`;
  const body = fit(parts(view), { json: maxCardJson - roomForButtons, blocks: maxCardBlocks - 2, note });
  return { text: cardFallback(view), blocks: sealed(withButtons(view, body), view.revision) };
}

/** Approve is decided on the blocks as they will be sent, not on the ones that were meant to be. */
function withButtons(view: ApprovalView, body: readonly KnownBlock[]): readonly KnownBlock[] {
  const buttons = cardButtons(view, approveButtonAllowed(view, body));
  const hasLink = buttons.some((button) => button.action_id === actionIds.openLink);
  const links = linksLine(view, !hasLink);
  return [
    ...body,
    ...(buttons.length === 0 ? [] : [actions('actions', buttons)]),
    ...(links === null ? [] : [context('links', links)]),
  ];
}

function parts(view: ApprovalView): readonly Part[] {
  const checks = checkParts(view);
  const face = faceOf(view);
  // "No rule allows it" is the ordinary case and no news: then the facts come first, as on any other card.
  const checksFirst = hasStop(view) || (face === 'abstained' && !onlyRulebookAbstained(view));
  const facts = decisiveBlocks(view);
  return [
    keep(header('header', headerText(view))),
    keep(context('status', statusLine(view))),
    ...paragraph('danger', [dangerLine(view)]),
    ...paragraph('paused', [pausedLine(view)]),
    ...paragraph('changed', changedLines(view)),
    ...paragraph('explanation', explanationOf(view)),
    ...(checksFirst ? checks : []),
    ...facts.map((block) => droppable(lastResort, block)),
    ...activityParts(view),
    ...contextLine('about', 0, aboutLine(view)),
    ...whyNotHereParts(view, facts),
    ...(checksFirst ? [] : checks),
    ...passedParts(view),
    ...groupParts(view),
    ...policyParts(view),
    ...memoParts(view),
  ];
}

function paragraph(id: string, lines: readonly (string | null)[]): readonly Part[] {
  const [title, ...others] = lines.filter((line) => line !== null);
  return title === undefined ? [] : [keep(section(id, titled(title, others)))];
}

function contextLine(id: string, drop: number, line: string | null): readonly Part[] {
  return line === null ? [] : [{ block: context(id, line), drop }];
}

function whyNotHereParts(view: ApprovalView, facts: readonly KnownBlock[]): readonly Part[] {
  const reasons = noApproveReasons(view, factsNotShown(view, facts));
  if (reasons.length === 0) return [];
  const shown = reasons.slice(0, 4).map((reason) => `• ${prose(reason, 240)}`);
  const left = reasons.length - shown.length;
  const title = `*Approve it in ${platformLabel(view)}, not here:*`;
  return [
    keep(section('not-here', [title, ...shown, ...(left > 0 ? [`… and ${left} more in Details`] : [])].join('\n'))),
  ];
}

/** What a change of policy, a permission or a call would do, as far as the platform says: a transfer needs no more words. */
function activityParts(view: ApprovalView): readonly Part[] {
  const activity = view.approval?.activity;
  if (activity === undefined || activity.kind === 'transfer' || isTerminal(view.state)) return [];
  const lines = activity.facts.slice(0, 12).map(({ label, value }) => `*${prose(label, 60)}* ${prose(value, 240)}`);
  return lines.length === 0 ? [] : [droppable(2, section('activity', titled('*What it would do*', lines, 2400)))];
}

function checkParts(view: ApprovalView): readonly Part[] {
  if (isTerminal(view.state)) return [];
  const exceptions = exceptionLines(view);
  const title = faceOf(view) === 'abstained' ? '*Why the bot abstained*' : '*Checks*';
  return exceptions.length === 0 ? [] : [droppable(2, section('checks', titled(title, exceptions, 2400)))];
}

/** What needs nobody's attention: one line each, and gone when the approval is over. */
function passedParts(view: ApprovalView): readonly Part[] {
  if (isTerminal(view.state)) return [];
  const passed = passedLine(view);
  // What is left matters where automation wanted to approve, or is about to.
  const budgets = view.verdict?.kind === 'approve' ? budgetLines(view) : [];
  return [
    ...(passed === null ? [] : [droppable(6, context('passed', passed))]),
    ...[...watchedLines(view), ...budgets].map((line) => droppable(6, context('watched', line))),
  ];
}

function groupParts(view: ApprovalView): readonly Part[] {
  const open = !isTerminal(view.state);
  if (faceOf(view) === 'approved-automatically') return [];
  const alternatives = alternativesLine(view);
  const shown = view.standing.slice(0, 8);
  const left = view.standing.length - shown.length;
  return [
    ...(alternatives === null ? [] : [keep(context('alternatives', alternatives))]),
    ...shown.flatMap((group, index): readonly Part[] => {
      const words = groupWords(view, group, open);
      const standing = section('group', words.standing);
      return [
        // The first groups are the ones that people look for; the others are in Details when space is short.
        index < 2 ? keep(standing) : droppable(3, standing),
        ...(words.unreachable === null ? [] : [droppable(3, section('unreachable', words.unreachable))]),
        ...(words.shape === null ? [] : [droppable(4, context('shape', words.shape))]),
      ];
    }),
    ...(left > 0 ? [keep(context('more-groups', `… and ${left} more groups in Details`))] : []),
  ];
}

function policyParts(view: ApprovalView): readonly Part[] {
  // Once a decision is on its way, why the platform asked no longer helps anybody to decide.
  const lines = ['received', 'pending'].includes(view.state) ? policyLines(view) : [];
  return lines.length === 0 ? [] : [droppable(5, section('policies', titled('*Policies triggered*', lines)))];
}

function memoParts(view: ApprovalView): readonly Part[] {
  const lines = memoLines(view);
  return lines.length === 0 ? [] : [droppable(5, section('memo', lines.join('\n')))];
}

function linksLine(view: ApprovalView, withPlatform: boolean): string | null {
  const [only, ...others] = view.approval?.activity.destinations ?? [];
  const network = view.approval?.activity.network ?? null;
  const words = [
    withPlatform ? link(view.decideUrl, `Open in ${platformLabel(view)}`) : null,
    only === undefined || others.length > 0 ? null : explorerLink(network, only.address),
    view.fingerprint === null ? null : `Fingerprint ${code(shortFingerprint(view.fingerprint))}`,
  ].filter((entry) => entry !== null);
  return words.length === 0 ? null : words.join('  ·  ');
}
