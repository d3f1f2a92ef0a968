// The slash command: what waits, one approval, the switches, who I am. Answers are seen only by who typed it.
import type { App } from '@slack/bolt';
import { slashCommand } from '../action-ids.ts';
import { findByAnyId, openApprovals } from '../../db/approvals.ts';
import { readChangedPeople } from '../../db/configurations.ts';
import { switchNames, switchPositions, type SwitchName } from '../../db/switches.ts';
import { personOfSlackUser, type Person } from '../../domain/person.ts';
import { identify } from '../../flow/cast-vote.ts';
import { listAttention } from '../../flow/list-attention.ts';
import { viewApproval } from '../../flow/view-approval.ts';
import { waitingFor } from '../inbox.ts';
import type { Room } from '../room.ts';
import type { Message } from '../views/blocks.ts';
import { refusalMessage, refusalWords } from '../views/refusal.ts';
import { slashHelp, slashList, slashNotFound, slashShow, slashStatus, slashWhoami } from '../views/slash.ts';
import { nowhere } from './fresh.ts';
import { onCommand } from './listener.ts';
import type { Command } from './payload.ts';
import { retryAs } from './retry.ts';
import { pauseAs, resumeAs } from './switches.ts';

type Verb = (room: Room, command: Command, words: readonly string[]) => Promise<Message>;

const verbs: Readonly<Record<string, Verb>> = {
  list: forPeople(async (room, person) => slashList(await waitingFor(room.ctx, person.id))),
  show: forPeople(async (room, _person, words) => show(room, words[0] ?? '')),
  status: forPeople(async (room) => status(room)),
  retry: forPeople(async (room, person, words) => retry(room, person, words[0] ?? '')),
  pause: async (room, { slackUser }, words) => {
    const name = switchIn(words);
    const reason = words.slice(name === null ? 0 : 1).join(' ');
    return pauseAs(room, {
      slackUser,
      name: name ?? 'approvals',
      reason: reason === '' ? 'no reason given' : reason.slice(0, 300),
    });
  },
  resume: async (room, { slackUser }, words) => resumeAs(room, { slackUser, name: switchIn(words) }),
  whoami: async (room, command) => whoami(room, command),
  help: async () => slashHelp(),
};

export function listenToCommand(app: App, room: Room): void {
  onCommand(app, room, slashCommand, async (command) => {
    const [verb = 'list', ...words] = command.words;
    const run = Object.hasOwn(verbs, verb.toLowerCase()) ? verbs[verb.toLowerCase()] : undefined;
    return run === undefined ? slashHelp() : run(room, command, words);
  });
}

/** Anybody in the workspace can type a command; what waits and what is wrong is not for anybody. */
function forPeople(act: (room: Room, person: Person, words: readonly string[]) => Promise<Message>): Verb {
  return async (room, command, words) => {
    const identified = await identify(room.ctx, command.slackUser);
    if (identified.kind === 'refused') return refusalMessage(identified.refusal, nowhere);
    return act(room, identified.person, words);
  };
}

function switchIn(words: readonly string[]): SwitchName | null {
  return switchNames.find((name) => name === words[0]?.toLowerCase()) ?? null;
}

async function show(room: Room, asked: string): Promise<Message> {
  const [row] = await findByAnyId(room.ctx.db, asked.slice(0, 200));
  const view = row === undefined ? null : await viewApproval(room.ctx, row.id);
  return view === null ? slashNotFound(asked) : slashShow(view);
}

/** For a decision that the platform refused, once somebody has mended why. */
async function retry(room: Room, person: Person, asked: string): Promise<Message> {
  const [row] = await findByAnyId(room.ctx.db, asked.slice(0, 200));
  if (row === undefined) return slashNotFound(asked);
  return retryAs(room, { approvalId: row.id, person });
}

async function status(room: Room): Promise<Message> {
  const { ctx } = room;
  const open = await openApprovals(ctx.db);
  const attention = await listAttention(ctx);
  return slashStatus({
    switches: await switchPositions(ctx.db),
    connections: ctx.config.connections.map(({ name, platform, mode }) => {
      const own = open.filter((row) => row.connection === name);
      return { name, platform, mode, pending: own.length, oldestPendingAt: own[0]?.seenAt ?? null };
    }),
    attention: attention.map(({ subject, words }) => `${subject}: ${words}`),
    now: ctx.now(),
  });
}

async function whoami(room: Room, command: Command): Promise<Message> {
  const { ctx } = room;
  const { slackUser } = command;
  const identified = await identify(ctx, slackUser);
  const person = personOfSlackUser(ctx.config.people, slackUser);
  const changedAt = person === null ? undefined : (await readChangedPeople(ctx.db)).get(person.id);
  const coolingUntil = changedAt === undefined ? null : changedAt + ctx.config.timing.personCoolingMs;
  return slashWhoami({
    slackUser,
    name: person?.name ?? null,
    admin: person !== null && ctx.config.admins.includes(person.id),
    groups: ctx.config.groups.filter((group) => person !== null && group.approvers.includes(person.id)),
    accounts: Object.entries(person?.accounts ?? {}).flatMap(([connection, accounts]) =>
      accounts.map((account) => ({ connection, account })),
    ),
    obstacles:
      identified.kind === 'refused' && identified.refusal.kind !== 'unknown-person'
        ? [refusalWords(identified.refusal, nowhere)]
        : [],
    coolingUntil: coolingUntil !== null && coolingUntil > ctx.now() ? coolingUntil : null,
  });
}
