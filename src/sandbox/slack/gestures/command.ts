// A person types a slash command, runs a global shortcut, or opens the app's Home.
import { isObject } from '../json.ts';
import { shortcut, slashCommand } from '../payloads.ts';
import { showResponse } from '../response-urls.ts';
import { viewPayload } from '../views.ts';
import { directChannel, isMember, recordTrouble } from '../workspace.ts';
import { absence, ask, impossible, outcomeOf, type Desk, type Outcome } from './outcome.ts';

export type Command = { user: string; channel: string; command: string; text?: string | undefined };

export async function runCommand(desk: Desk, given: Command): Promise<Outcome> {
  const { context, responseUrls } = desk;
  const { workspace, triggers } = context;
  const absent = absence(desk, given.user);
  if (absent !== undefined) return impossible(absent);
  const channel = workspace.channels.get(given.channel);
  if (channel === undefined || !isMember(channel, given.user))
    return impossible(`${given.user} is not in ${given.channel}`);
  const isKnown = workspace.scopes.has('commands') && (workspace.options.commands?.includes(given.command) ?? true);
  if (!isKnown) return impossible(`${given.command} is not a valid command`);

  const payload = slashCommand(workspace, {
    userId: given.user,
    channel,
    command: given.command,
    text: given.text ?? '',
    triggerId: triggers.issue(given.user),
    responseUrl: responseUrls.issue({ user: given.user, channel: channel.id, source: undefined }),
  });
  const ack = await ask(desk, { user: given.user, what: given.command, type: 'slash_commands', payload });
  if (ack.error !== undefined || ack.body === null || ack.body === '') return outcomeOf(ack);
  const body = isObject(ack.body)
    ? ack.body
    : { text: typeof ack.body === 'string' ? ack.body : JSON.stringify(ack.body) };
  const target = { user: given.user, channel: channel.id, threadTs: undefined };
  const shown = showResponse(context, given.command, target, body);
  if (shown.error === undefined) return outcomeOf(ack);
  recordTrouble(workspace, given.user, given.command, shown.error);
  return outcomeOf({ ...ack, error: shown.error });
}

export async function runShortcut(desk: Desk, given: { user: string; callbackId: string }): Promise<Outcome> {
  const { workspace, triggers } = desk.context;
  const absent = absence(desk, given.user);
  if (absent !== undefined) return impossible(absent);
  const payload = shortcut(workspace, given.user, given.callbackId, triggers.issue(given.user));
  const what = `shortcut ${given.callbackId}`;
  return outcomeOf(await ask(desk, { user: given.user, what, type: 'interactive', payload }));
}

export async function openHome(desk: Desk, given: { user: string }): Promise<Outcome> {
  const { workspace } = desk.context;
  const absent = absence(desk, given.user);
  if (absent !== undefined) return impossible(absent);
  const home = workspace.homes.get(given.user);
  const ack = await desk.events.emit({
    type: 'app_home_opened',
    user: given.user,
    channel: directChannel(workspace, given.user).id,
    tab: 'home',
    ...(home === undefined ? {} : { view: viewPayload(workspace, home) }),
  });
  return 'kind' in ack ? impossible('the app did not subscribe to app_home_opened') : outcomeOf(ack);
}
