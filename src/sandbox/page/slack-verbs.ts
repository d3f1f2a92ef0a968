// What the acting person can do in the Slack workspace.
import type { Press } from './blocks/interaction.ts';
import { checkForm, toSlackState } from './blocks/form.ts';
import type { FormValues } from './blocks/form.ts';
import type { Runner } from './runner.ts';
import { callJson } from './wire/call.ts';
import type { Json } from './wire/call.ts';
import type { PageConfig, Person } from './wire/config.ts';
import { answerSchema } from './wire/workspace.ts';
import type { Answer, OpenView } from './wire/workspace.ts';

export type SlackVerbs = {
  pressOnMessage: (channel: string, ts: string, press: Press) => void;
  pressOnView: (view: OpenView, press: Press, values: FormValues) => void;
  submit: (view: OpenView, values: FormValues) => void;
  close: (view: OpenView) => void;
  command: (channel: string, line: string) => void;
  openHome: () => void;
};

/** One gesture of one person at a time: while it runs, that person's buttons wait. */
export function gestureKey(personId: string): string {
  return `gesture/${personId}`;
}

/** The sandbox's status for something that Slack's own client would not let a person do. */
const IMPOSSIBLE = 404;

export function slackVerbs(config: PageConfig, person: Person, runner: Runner): SlackVerbs {
  const user = person.slackUser;
  const post = async (path: string, body: Json): Promise<Answer> =>
    answerSchema.parse(
      await callJson(`${config.slackUrl}/_sandbox/${path}`, { body: { user, ...body }, alsoRead: [IMPOSSIBLE] }),
    );
  const act = (path: string, body: Json) =>
    runner.run(gestureKey(person.id), async () => {
      complainAbout(await post(path, body), runner);
    });
  return {
    pressOnMessage(channel, ts, press) {
      followUrl(press, runner);
      act('click', { channel, ts, ...pressBody(press) });
    },
    pressOnView(view, press, values) {
      followUrl(press, runner);
      act('modal', { viewId: view.id, action: 'click', state: toSlackState(view.blocks, values), ...pressBody(press) });
    },
    submit(view, values) {
      const errors = checkForm(view.blocks, values);
      if (Object.keys(errors).length > 0) {
        runner.dispatch({ kind: 'fields-refused', viewId: view.id, errors });
        return;
      }
      runner.dispatch({ kind: 'fields-accepted' });
      act('modal', { viewId: view.id, action: 'submit', state: toSlackState(view.blocks, values) });
    },
    close(view) {
      runner.dispatch({ kind: 'fields-accepted' });
      act('modal', { viewId: view.id, action: 'close' });
    },
    command(channel, line) {
      const [command = '', ...words] = line.trim().split(/\s+/);
      act('command', { channel, command, text: words.join(' ') });
    },
    openHome() {
      act('home', {});
    },
  };
}

function pressBody({ blockId, actionId, value, selected }: Press): Json {
  return {
    blockId,
    actionId,
    ...(value === undefined ? {} : { value }),
    ...(selected === undefined ? {} : { selected: selected.value }),
  };
}

/** Slack opens the address and tells the app about the click; the toast says so because the address may not exist. */
function followUrl({ url }: Press, runner: Runner): void {
  if (url === undefined || !/^https?:/i.test(url)) return;
  runner.toast(`would open ${url}`);
  window.open(url, '_blank', 'noopener,noreferrer');
}

/** What Slack shows as a red triangle beside the message, or as "we had some trouble" in a modal. */
function complainAbout({ kind, status, error }: Answer, runner: Runner): void {
  if (kind === 'impossible') runner.toast(`⚠ Not possible in Slack: ${error ?? 'nothing was sent'}`, 'bad');
  else if (error !== undefined) runner.toast(`⚠ The app did not answer as Slack expects: ${error}`, 'bad');
  else if (status >= 400) runner.toast(`⚠ The app answered ${status}`, 'bad');
}
