// What is believed of a payload: who acted, where, on which element, with which value. Everything else comes from the database.
import { z } from 'zod';
import { readButtonValue, readModalMetadata, type ButtonValue, type ModalMetadata } from '../action-ids.ts';
import type { Workspace } from '../workspace.ts';

const id = z.string().min(1).max(64);
const maybeTeam = z.object({ id: id.nullish() }).nullish();

const interaction = z.object({
  api_app_id: id.nullish(),
  team: maybeTeam,
  enterprise: maybeTeam,
  user: z.object({ id, team_id: id.nullish() }),
  trigger_id: z.string().default(''),
});

export type Actor = {
  /** `team/user`, to be judged by `readVoter` and found in the configuration; never trusted by itself. */
  readonly slackUser: string;
  readonly userId: string;
  readonly triggerId: string;
};

/** Null: not about our app in our workspace, so that nothing is done. */
export function readActor(body: unknown, workspace: Workspace): Actor | null {
  const parsed = interaction.safeParse(body);
  if (!parsed.success) return null;
  const { api_app_id: appId, team, enterprise, user, trigger_id: triggerId } = parsed.data;
  if (appId !== undefined && appId !== null && workspace.appId !== null && appId !== workspace.appId) return null;
  const isOurTeam = team?.id === workspace.teamId;
  const isOurEnterprise = workspace.enterpriseId !== null && enterprise?.id === workspace.enterpriseId;
  if (!isOurTeam && !isOurEnterprise) return null;
  // In a shared channel another company's user acts inside our team: they keep their own, and are refused by it.
  const ownTeam = user.team_id ?? workspace.teamId;
  const stated = isOurEnterprise ? workspace.teamId : ownTeam;
  return { slackUser: `${stated}/${user.id}`, userId: user.id, triggerId };
}

const buttonClick = z.object({
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string().nullish() })]),
  container: z.object({
    type: z.string(),
    channel_id: id.nullish(),
    message_ts: z.string().nullish(),
    is_ephemeral: z.boolean().nullish(),
    view_id: id.nullish(),
  }),
  view: z.object({ type: z.string() }).nullish(),
});

export type Place =
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string; readonly isEphemeral: boolean }
  | { readonly kind: 'modal'; readonly viewId: string }
  | { readonly kind: 'home' };

export type Click = Actor & { readonly value: ButtonValue | null; readonly place: Place };

export function readClick(body: unknown, workspace: Workspace): Click | null {
  const actor = readActor(body, workspace);
  const parsed = buttonClick.safeParse(body);
  if (actor === null || !parsed.success) return null;
  const { actions, container, view } = parsed.data;
  const place = placeOf(container, view?.type);
  return place === null ? null : { ...actor, value: readButtonValue(actions[0].value), place };
}

function placeOf(container: z.output<typeof buttonClick>['container'], viewType: string | undefined): Place | null {
  const { channel_id: channel, message_ts: ts, view_id: viewId } = container;
  if (container.type === 'view' && viewType === 'home') return { kind: 'home' };
  if (container.type === 'view' && viewId !== undefined && viewId !== null) return { kind: 'modal', viewId };
  if (container.type !== 'message' || channel === undefined || channel === null) return null;
  if (ts === undefined || ts === null) return null;
  return { kind: 'message', channel, ts, isEphemeral: container.is_ephemeral === true };
}

/** Of one input: its text, or the values chosen in it. */
const input = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});

const submission = z.object({
  view: z.object({
    id,
    private_metadata: z.string().default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), input)) }),
  }),
});

export type Submission = Actor & {
  readonly viewId: string;
  readonly metadata: ModalMetadata | null;
  /** Null: there is no such input in this form. */
  readonly inputAt: (at: { readonly block: string; readonly action: string }) => readonly string[] | null;
};

export function readSubmission(body: unknown, workspace: Workspace): Submission | null {
  const actor = readActor(body, workspace);
  const parsed = submission.safeParse(body);
  if (actor === null || !parsed.success) return null;
  const { view } = parsed.data;
  return {
    ...actor,
    viewId: view.id,
    metadata: readModalMetadata(view.private_metadata),
    inputAt: ({ block, action }) => {
      const found = view.state.values[block]?.[action];
      if (found === undefined) return null;
      const chosen = [...(found.selected_options ?? []), ...(found.selected_option ? [found.selected_option] : [])];
      const texts = [found.value ?? '', ...chosen.map(({ value }) => value)];
      return texts.filter((text) => text !== '');
    },
  };
}

const command = z.object({
  api_app_id: id.nullish(),
  team_id: id,
  enterprise_id: z.string().nullish(),
  user_id: id,
  channel_id: id,
  trigger_id: z.string().default(''),
  text: z.string().max(4000).default(''),
});

export type Command = Actor & { readonly words: readonly string[] };

export function readCommand(body: unknown, workspace: Workspace): Command | null {
  const parsed = command.safeParse(body);
  if (!parsed.success) return null;
  const { data } = parsed;
  const actor = readActor(
    {
      api_app_id: data.api_app_id,
      team: { id: data.team_id },
      enterprise: { id: data.enterprise_id === '' ? null : data.enterprise_id },
      user: { id: data.user_id },
      trigger_id: data.trigger_id,
    },
    workspace,
  );
  return actor === null
    ? null
    : {
        ...actor,
        words: data.text
          .trim()
          .split(/\s+/)
          .filter((word) => word !== ''),
      };
}
