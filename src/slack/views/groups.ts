// One paragraph per approval group: how it stands here and on the platform, who is missing, what kind of control it is.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { groupsOf } from '../../domain/approval.ts';
import type { GroupShape } from '../../domain/quorum.ts';
import { people, person, personOf, platformLabel } from './links.ts';
import { name, prose } from './text.ts';
import { timeOnly } from './when.ts';

type Standing = ApprovalView['standing'][number];

export type GroupWords = {
  /** Never left out: the counts and who voted. */
  readonly standing: string;
  /** What kind of control it is, in plain words. */
  readonly shape: string | null;
  /** Why its quorum can't be reached; a warning. */
  readonly unreachable: string | null;
};

export function groupWords(view: ApprovalView, group: Standing, open: boolean): GroupWords {
  const lines = group.route.kind === 'slack' ? slackLines(view, group, open) : platformLines(view, group, open);
  return {
    standing: lines.join('\n'),
    shape: open ? shapeWords(view, group) : null,
    unreachable:
      open && group.unreachable.length > 0
        ? `⚠️ *This quorum can't be reached:* ${prose(group.unreachable.join('; '), 300)}. Decide in ${platformLabel(view)}, or ask an admin.`
        : null,
  };
}

function slackLines(view: ApprovalView, group: Standing, open: boolean): readonly string[] {
  const platform = platformLabel(view);
  const here = `*${name(group.group.name, 60)}* ${group.approvedBy.length} of ${group.quorum} here`;
  const there = open ? `  ·  ${group.platformApproved} of ${group.group.quorum} in ${platform}` : '';
  return [`${here}${there}`, ...voterLines(view, group), ...(open ? missingLine(group) : [])];
}

function platformLines(view: ApprovalView, group: Standing, open: boolean): readonly string[] {
  const platform = platformLabel(view);
  const lines = [`*${name(group.group.name, 60)}* ${group.platformApproved} of ${group.group.quorum} in ${platform}`];
  if (!open) return [`*${name(group.group.name, 60)}* decided in ${platform}`, ...voterLines(view, group)];
  const said = view.approveInSlack.kind === 'not-offered' ? view.approveInSlack.reasons : [];
  const reasons = group.route.kind === 'platform' ? group.route.reasons.filter((reason) => !said.includes(reason)) : [];
  const why = reasons.length === 0 || view.mode !== 'vote' ? '' : ` (${prose(reasons.slice(0, 3).join('; '), 240)})`;
  if (group.platformMissing > 0) lines.push(`Needs ${group.platformMissing} more in ${platform}${why}`);
  return [...lines, ...voterLines(view, group)];
}

function voterLines(view: ApprovalView, group: Standing): readonly string[] {
  const approved = votersWithTime(view, group, 'approve', group.approvedBy);
  const denied = votersWithTime(view, group, 'deny', group.deniedBy);
  return [...(approved === null ? [] : [`Approved: ${approved}`]), ...(denied === null ? [] : [`Rejected: ${denied}`])];
}

function votersWithTime(
  view: ApprovalView,
  group: Standing,
  choice: 'approve' | 'deny',
  ids: readonly string[],
): string | null {
  if (ids.length === 0) return null;
  const shown = ids.slice(0, 8).map((id) => {
    const vote = view.votes.find(
      (entry) => entry.personId === id && entry.choice === choice && entry.groupKey === group.group.key,
    );
    return `${person(personOf(view, id))}${vote === undefined ? '' : ` ${timeOnly(vote.castAt)}`}`;
  });
  return `${shown.join(', ')}${ids.length > shown.length ? ` and ${ids.length - shown.length} more` : ''}`;
}

function missingLine(group: Standing): readonly string[] {
  const missing = group.quorum - group.approvedBy.length;
  if (missing <= 0) return [];
  const able = group.eligible.filter((ref) => !group.approvedBy.includes(ref.id) && !group.deniedBy.includes(ref.id));
  if (able.length === 0) return [`Needs ${missing} more, and nobody is left who can vote here`];
  return [`Needs ${missing} more of: ${people(able, 8)}`];
}

function shapeWords(view: ApprovalView, group: Standing): string {
  return shapeSentences[group.shape](platformLabel(view), group);
}

const shapeSentences: Readonly<Record<GroupShape, (platform: string, group: Standing) => string>> = {
  'service-account-alone': (platform) =>
    `Only the service account is listed in ${platform}, so the Slack quorum is the only control here.`,
  'any-one-may-approve': (platform) =>
    `Any one listed person can approve alone in ${platform}, so the Slack quorum can't be enforced there.`,
  mixed: (platform, group) =>
    `The service account fills 1 of ${group.group.quorum} seats; the others are filled by people in ${platform}.`,
  'people-only': (platform) => `Only people count in this group; they vote in ${platform}.`,
  'anyone-in-the-organisation': (platform) => `Anyone in the organisation can approve this in ${platform}.`,
};

/** Alternative groups need a word: meeting any one of them releases the approval. */
export function alternativesLine(view: ApprovalView): string | null {
  if (view.approval === null || view.approval.groupLogic === 'all' || groupsOf(view.approval).length < 2) return null;
  return 'Any one of these groups is enough.';
}
