// What waits for one person, and what they decided lately.
import { openApprovals, recentlyEnded } from '../db/approvals.ts';
import { switchPositions } from '../db/switches.ts';
import type { Context } from '../context.ts';
import type { ApprovalView } from '../domain/approval-view.ts';
import { personOfSlackUser, type PersonId } from '../domain/person.ts';
import { viewApproval } from '../flow/view-approval.ts';
import type { Inbox } from './views/home.ts';

/** Beyond this many open approvals a list helps nobody, and drawing it would take too long. */
const maxOpen = 100;
const maxEnded = 20;
const maxDecided = 10;

/** Soonest to expire first. */
export async function waitingFor(ctx: Context, personId: PersonId): Promise<readonly ApprovalView[]> {
  const views = await openViews(ctx);
  return views.filter((view) => waitsFor(view, personId)).toSorted((a, b) => expiryOf(a) - expiryOf(b));
}

export async function readInbox(ctx: Context, slackUser: string): Promise<Inbox> {
  const person = personOfSlackUser(ctx.config.people, slackUser);
  const switches = await switchPositions(ctx.db);
  if (person === null) return { person: null, waiting: [], decided: [], switches };
  const open = await openViews(ctx);
  const waiting = open.filter((view) => waitsFor(view, person.id)).toSorted((a, b) => expiryOf(a) - expiryOf(b));
  const ended: ApprovalView[] = [];
  for (const row of await recentlyEnded(ctx.db, maxEnded)) {
    const view = await viewApproval(ctx, row.id);
    if (view !== null) ended.push(view);
  }
  const decided = [...open, ...ended].flatMap((view) => {
    const own = view.votes.findLast((vote) => vote.personId === person.id);
    return own === undefined ? [] : [{ view, choice: own.choice, at: own.castAt }];
  });
  return {
    person: { id: person.id, name: person.name, slack: slackUser },
    waiting,
    decided: decided.toSorted((a, b) => b.at - a.at).slice(0, maxDecided),
    switches,
  };
}

async function openViews(ctx: Context): Promise<readonly ApprovalView[]> {
  const views: ApprovalView[] = [];
  for (const row of (await openApprovals(ctx.db)).slice(0, maxOpen)) {
    const view = await viewApproval(ctx, row.id);
    if (view !== null) views.push(view);
  }
  return views;
}

/** Somebody must still vote, this person may, and has not. */
function waitsFor(view: ApprovalView, personId: PersonId): boolean {
  if (view.state !== 'pending' || view.mode === 'observe') return false;
  return view.standing.some((group) => {
    const isComplete =
      group.route.kind === 'slack' ? group.approvedBy.length >= group.quorum : group.platformMissing === 0;
    const hasVoted = group.approvedBy.includes(personId) || group.deniedBy.includes(personId);
    return !isComplete && !hasVoted && group.eligible.some(({ id }) => id === personId);
  });
}

function expiryOf(view: ApprovalView): number {
  return view.expiresAt ?? Number.MAX_SAFE_INTEGER;
}
