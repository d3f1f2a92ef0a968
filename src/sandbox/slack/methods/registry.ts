// Every Web API method this workspace knows.
import { isObject, parseJson, textAt, type JsonObject } from '../json.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import { failure, ok, type Answer, type Context, type Method } from './method.ts';
import { peopleMethods } from './people.ts';
import { viewMethods } from './views.ts';

function authTest({ workspace }: Context): Answer {
  const { options, team } = workspace;
  return ok({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: workspace.people.get(options.botUserId)?.name ?? 'app',
    team_id: team.id,
    user_id: options.botUserId,
    bot_id: workspace.botId,
    is_enterprise_install: false,
  });
}

/** Echoes its arguments, and fails with `error` when asked to. */
function apiTest(_context: Context, args: JsonObject): Answer {
  const { token: _secret, ...echoed } = args;
  const error = textAt(args, 'error');
  return error === undefined ? ok({ args: echoed }) : failure(error, { args: echoed });
}

function openConnection(context: Context): Answer {
  const url = context.issueSocketUrl();
  return url === undefined ? failure('too_many_websockets') : ok({ url });
}

export const methods: Record<string, Method> = {
  ...chatMethods,
  ...conversationMethods,
  ...peopleMethods,
  ...viewMethods,
  'auth.test': { tier: 'special', scopes: [], token: 'any', run: authTest },
  // Tier 1 by the documentation, with a burst that is not published; reconnecting clients rely on it.
  'apps.connections.open': { tier: 'special', scopes: [], token: 'app', run: openConnection },
};

/** The one method that needs no token. */
export const openMethods: Record<string, Method> = {
  'api.test': { tier: 4, scopes: [], token: 'any', run: apiTest },
};

const JSON_ARGUMENTS = ['blocks', 'attachments', 'metadata', 'view'];

/** Form bodies carry structured arguments as JSON text; text that is no JSON stays, for the method to refuse. */
export function structured(args: JsonObject): JsonObject {
  const entries = Object.entries(args).map(([key, value]) => {
    const parsed = JSON_ARGUMENTS.includes(key) && typeof value === 'string' ? parseJson(value) : undefined;
    return [key, parsed !== undefined && (Array.isArray(parsed) || isObject(parsed)) ? parsed : value] as const;
  });
  return Object.fromEntries(entries);
}
