// What people do in Slack during the story, each as a person would: find the card, press a button, fill in the form.
import { z } from 'zod';
import { organisation, people, type Person } from '../company.ts';
import { buttonNamed, cardsShowing, fillForm, wordsIn, type Message, type Modal } from './seen.ts';
import { found, notYet, when, type Look, type Stage } from './stage.ts';

export type Who = keyof typeof people;

const channel = organisation.channel.id;

/** Slack's own time limit for an answer to a click. */
const outcomeSchema = z.looseObject({
  kind: z.enum(['delivered', 'impossible', 'client_errors']),
  ackMs: z.number(),
  error: z.string().optional(),
});

let plays = 0;

/** A text that stands on one card only, so that the card can be found again; short enough to be shown whole. */
export function newMark(scene: string): string {
  plays += 1;
  return `${scene}-${Date.now().toString(36)}-${plays}`;
}

/** Whole dollars that no other request of the story has: direct messages show nothing else that could tell it. */
export function newAmount(atLeast: number): { amount: string; shown: string } {
  const amount = atLeast + (Math.floor(Date.now() / 1000) % 80) * 10 + (plays % 10);
  return { amount: String(amount), shown: amount.toLocaleString('en-US') };
}

/** The one card of an approval, as it is now. */
export async function lookForCard(
  stage: Stage,
  mark: string,
  isRight: (words: string, card: Message) => boolean,
): Promise<Look<Message>> {
  const cards = cardsShowing(await stage.workspace(), channel, mark);
  const [card] = cards;
  if (card === undefined) return notYet(`no message in the channel shows ${mark}`);
  if (cards.length > 1) return notYet(`${cards.length} cards for one approval`);
  const words = wordsIn(card.blocks);
  return isRight(words, card) ? found(card) : notYet(`the card says: ${shortened(words)}`);
}

/** A card on which the vote is open. */
export function openCard(stage: Stage, claim: string, mark: string, needs: readonly string[] = []): Promise<Message> {
  return stage.soon(claim, () =>
    lookForCard(
      stage,
      mark,
      (words, card) => buttonNamed(card.blocks, 'Approve') !== undefined && needs.every((need) => words.includes(need)),
    ),
  );
}

export function cardSays(stage: Stage, claim: string, mark: string, words: string | RegExp): Promise<Message> {
  return stage.soon(claim, () =>
    lookForCard(stage, mark, (text) => (typeof words === 'string' ? text.includes(words) : words.test(text))),
  );
}

/** Presses a button on the card and works through the form that opens, to the end. */
export async function approve(stage: Stage, who: Who, mark: string): Promise<void> {
  await closeForms(stage, who);
  await press(stage, who, mark, 'Approve');
  const form = await openForm(stage, who, 'Approve');
  await submit(stage, who, form, '');
  await stage.soon(`${people[who].name} approves in Slack, and the form says that it was recorded`, async () =>
    topFormSays(stage, who, 'recorded'),
  );
  await closeForms(stage, who);
}

export async function reject(stage: Stage, who: Who, mark: string, reason: string): Promise<void> {
  await closeForms(stage, who);
  await press(stage, who, mark, 'Reject');
  const form = await openForm(stage, who, 'Reject');
  await submit(stage, who, form, reason);
  await stage.soon(`${people[who].name} rejects in Slack with a reason, and the form says that it was recorded`, () =>
    topFormSays(stage, who, 'recorded'),
  );
  await closeForms(stage, who);
}

/** Presses whatever button of the card begins so. Slack must have an answer in time. */
export async function press(stage: Stage, who: Who, mark: string, opening: string): Promise<void> {
  const card = await lookForCard(stage, mark, (_words, message) => buttonNamed(message.blocks, opening) !== undefined);
  const button = card.kind === 'found' ? buttonNamed(card.value.blocks, opening) : undefined;
  await stage.now(`the card has a button "${opening}" for ${nameOf(people[who])}`, async () =>
    when(button !== undefined, card.kind === 'found' ? 'no such button' : card.seen),
  );
  if (card.kind !== 'found' || button === undefined) return;
  const { actionId, blockId } = button;
  const { ts } = card.value;
  answered(await stage.slack.post('click', { user: people[who].slackUser, channel, ts, actionId, blockId }));
}

/** The form on top, once it can be submitted. */
function openForm(stage: Stage, who: Who, submitText: string): Promise<Modal> {
  return stage.soon(`a form opens for ${nameOf(people[who])}, read from the platform just now`, async () => {
    const form = await topForm(stage, who);
    if (form === undefined) return notYet('no form is open');
    const button = z.looseObject({ text: z.string() }).safeParse(form.view['submit']);
    const words = shortened(wordsIn(form.view.blocks));
    return button.success && button.data.text.startsWith(submitText)
      ? found(form)
      : notYet(`the form has no button "${submitText}" and says: ${words}`);
  });
}

export async function topForm(stage: Stage, who: Who): Promise<Modal | undefined> {
  return (await stage.workspace(people[who].slackUser)).modals.at(-1);
}

export async function submit(stage: Stage, who: Who, form: Modal, reason: string): Promise<void> {
  const state = fillForm(form.view, reason);
  const gesture = { user: people[who].slackUser, viewId: form.id, action: 'submit', state };
  answered(await stage.slack.post('modal', gesture));
}

export async function closeForms(stage: Stage, who: Who): Promise<void> {
  const form = await topForm(stage, who);
  if (form === undefined) return;
  await stage.slack.post('modal', { user: people[who].slackUser, viewId: form.id, action: 'close', all: true });
}

/** What only this person sees: their forms, their direct messages, and messages that nobody else is shown. */
export async function privateWords(stage: Stage, who: Who): Promise<string> {
  const { slackUser } = people[who];
  const state = await stage.workspace(slackUser);
  const messages = state.channels.flatMap(({ messages: all }) => all.filter((each) => each.ephemeralFor === slackUser));
  return wordsIn([...state.modals.map(({ view }) => view.blocks), ...messages.map(({ blocks }) => blocks)]);
}

/** The direct messages of one person that are about this much money. */
export async function directMessages(stage: Stage, who: Who, shown: string): Promise<Message[]> {
  const state = await stage.workspace(people[who].slackUser);
  return state.ims
    .filter(({ user }) => user === people[who].slackUser)
    .flatMap(({ messages }) => messages)
    .filter((message) => wordsIn(message.blocks).includes(`${shown} USDC`));
}

/** Somebody decides in the platform's own dashboard. */
export async function decideInDashboard(
  stage: Stage,
  who: Who,
  approvalId: string,
  value: 'Approved' | 'Denied',
): Promise<void> {
  const decision = { userId: people[who].userId, value, reason: `decided in the dashboard by ${people[who].name}` };
  await stage.custody.post(`approvals/${approvalId}/decide`, decision);
}

async function topFormSays(stage: Stage, who: Who, words: string): Promise<Look<true>> {
  const form = await topForm(stage, who);
  if (form === undefined) return notYet('no form is open');
  const shown = wordsIn(form.view.blocks);
  const errors = Object.values(form.errors).join('; ');
  return when(shown.includes(words), `the form says: ${shortened(shown)}${errors === '' ? '' : ` (${errors})`}`);
}

/** A gesture that Slack could not deliver, or that the bot did not answer in time, breaks the story. */
function answered(response: unknown): void {
  const outcome = outcomeSchema.parse(response);
  if (outcome.kind === 'delivered' && outcome.error === undefined) return;
  throw new Error(`failed to act in Slack: ${outcome.error ?? outcome.kind}`);
}

function nameOf(person: Person): string {
  return person.name.split(' ')[0] ?? person.name;
}

function shortened(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}
