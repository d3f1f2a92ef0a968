// users.* and usergroups.*: who the people are, in the full shape of `users.info`.
import { textAt, type JsonObject } from '../json.ts';
import type { Person, Workspace } from '../workspace.ts';
import { failure, ok, type Answer, type Context, type Method } from './method.ts';
import { page } from './paging.ts';

export function personPayload(workspace: Workspace, person: Person): JsonObject {
  const mayReadEmail = workspace.scopes.has('users:read.email');
  return {
    id: person.id,
    team_id: person.team_id,
    name: person.name,
    deleted: person.deleted,
    color: '9f69e7',
    real_name: person.real_name,
    tz: person.tz,
    tz_label: person.tz,
    tz_offset: 0,
    profile: {
      real_name: person.real_name,
      real_name_normalized: person.real_name,
      display_name: person.name,
      display_name_normalized: person.name,
      team: person.team_id,
      ...(mayReadEmail && person.email !== undefined ? { email: person.email } : {}),
      ...(person.is_bot ? { api_app_id: workspace.options.appId, bot_id: workspace.botId } : {}),
    },
    is_admin: person.is_admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.is_restricted,
    is_ultra_restricted: person.is_ultra_restricted,
    is_bot: person.is_bot,
    is_app_user: person.is_app_user,
    is_stranger: person.is_stranger,
    is_invited_user: person.is_invited_user,
    is_workflow_bot: person.is_workflow_bot,
    is_connector_bot: person.is_connector_bot,
    is_email_confirmed: true,
    who_can_share_contact_card: 'EVERYONE',
    updated: Math.floor(person.updatedAt / 1_000),
    ...(person.enterprise_user === undefined ? {} : { enterprise_user: person.enterprise_user }),
  };
}

function info(context: Context, args: JsonObject): Answer {
  const person = context.workspace.people.get(textAt(args, 'user') ?? '');
  return person === undefined ? failure('user_not_found') : ok({ user: personPayload(context.workspace, person) });
}

function list(context: Context, args: JsonObject): Answer {
  const members = [...context.workspace.people.values()].map((person) => personPayload(context.workspace, person));
  const { items, next } = page(members, args, 1_000);
  return ok({
    members: items,
    cache_ts: Math.floor(Date.now() / 1_000),
    response_metadata: { next_cursor: next },
  });
}

function lookupByEmail(context: Context, args: JsonObject): Answer {
  const email = textAt(args, 'email')?.toLowerCase();
  const person = [...context.workspace.people.values()].find(
    (candidate) => email !== undefined && candidate.email?.toLowerCase() === email && !candidate.deleted,
  );
  return person === undefined ? failure('users_not_found') : ok({ user: personPayload(context.workspace, person) });
}

function groupMembers(context: Context, args: JsonObject): Answer {
  const group = context.workspace.usergroups.get(textAt(args, 'usergroup') ?? '');
  return group === undefined ? failure('no_such_subteam') : ok({ users: group.users });
}

function groups(context: Context): Answer {
  const usergroups = [...context.workspace.usergroups.values()].map((group) => ({
    id: group.id,
    team_id: context.workspace.team.id,
    is_usergroup: true,
    name: group.name ?? group.handle,
    handle: group.handle,
    users: group.users,
    user_count: group.users.length,
    date_delete: 0,
  }));
  return ok({ usergroups });
}

export const peopleMethods: Record<string, Method> = {
  'users.info': { tier: 4, scopes: ['users:read'], token: 'bot', run: info },
  'users.list': { tier: 2, scopes: ['users:read'], token: 'bot', run: list },
  'users.lookupByEmail': { tier: 3, scopes: ['users:read.email'], token: 'bot', run: lookupByEmail },
  'usergroups.users.list': { tier: 2, scopes: ['usergroups:read'], token: 'bot', run: groupMembers },
  'usergroups.list': { tier: 2, scopes: ['usergroups:read'], token: 'bot', run: groups },
};
