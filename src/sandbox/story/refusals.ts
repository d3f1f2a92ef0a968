// What people may stop, and what nobody may approve from Slack.
import { organisation, suppliers, wallets } from '../company.ts';
import {
  approve,
  cardSays,
  closeForms,
  decideInDashboard,
  lookForCard,
  newMark,
  openCard,
  press,
  privateWords,
  reject,
  submit,
  topForm,
} from './acts.ts';
import { buttonNamed, buttonsIn, markupIn, wordsIn, type Message } from './seen.ts';
import { found, notYet, when, type Look, type Stage } from './stage.ts';
import { lookForNoDecision, noDecision, oneDecision, platformSays, type Step } from './step.ts';

export const rejectionUndone: Step = {
  id: 'rejection-undone',
  promise: 'Carol rejects, which holds it at once, and takes it back: no denial is sent, and two others approve',
  sabotage: 'Carol does not take it back',
  async play(stage, isSabotaged) {
    const mark = newMark('undo');
    const id = await stage.scene('large-transfer', { externalId: mark });
    await openCard(stage, 'the card asks for votes', mark);
    await reject(stage, 'carol', mark, 'The supplier has not confirmed the new address yet.');
    await cardSays(stage, 'the card says On hold', mark, 'On hold');
    if (!isSabotaged) await press(stage, 'carol', mark, 'Withdraw rejection');
    await openCard(stage, 'the hold is gone and the vote is open again', mark);
    await approve(stage, 'alice', mark);
    await approve(stage, 'bob', mark);
    await platformSays(stage, 'the platform says Approved', id, 'Approved');
    await oneDecision(stage, 'exactly one decision counts, and it is no denial', id, 'Approved');
  },
};

export const rejection: Step = {
  id: 'rejection',
  promise: 'Carol rejects with a reason: after the pause exactly one denial arrives',
  sabotage: 'Alice approves it in the dashboard during the pause',
  async play(stage, isSabotaged) {
    const mark = newMark('reject');
    const id = await stage.scene('large-transfer', { externalId: mark });
    await openCard(stage, 'the card asks for votes', mark);
    const reason = 'Nobody in our team ordered this, please ask for it again.';
    await reject(stage, 'carol', mark, reason);
    stage.rejectedInSlack.add(id);
    await cardSays(stage, 'the card says On hold, with the reason', mark, reason);
    await noDecision(stage, 'nothing is sent during the pause', id);
    if (isSabotaged) await decideInDashboard(stage, 'alice', id, 'Approved');
    await platformSays(stage, 'the platform says Denied', id, 'Denied');
    await oneDecision(stage, 'exactly one decision counts, and it is a denial', id, 'Denied');
    await cardSays(stage, 'the card says Denied', mark, 'Denied');
  },
};

export const initiatorRefused: Step = {
  id: 'initiator-refused',
  promise: 'Dave asked for it, so his own click is refused, privately, and counts nothing',
  sabotage: 'Bob clicks in his place',
  async play(stage, isSabotaged) {
    const mark = newMark('initiator');
    const id = await stage.scene('large-transfer', { externalId: mark });
    await openCard(stage, 'the card asks for votes', mark, ['0 of 2']);
    const who = isSabotaged ? 'bob' : 'dave';
    await closeForms(stage, who);
    await press(stage, who, mark, 'Approve');
    await stage.soon('the answer is a refusal, and only Dave sees it', async () => {
      await submitIfAsked(stage, who);
      const words = await privateWords(stage, 'dave');
      return when(
        /not counted|No vote of yours can count/i.test(words),
        words === '' ? 'nothing for Dave alone' : words,
      );
    });
    await closeForms(stage, who);
    await stage.stays('no vote was counted, and nothing was decided', 500, async () => {
      const card = await lookForCard(stage, mark, (words) => words.includes('0 of 2'));
      return card.kind === 'found' ? lookForNoDecision(stage, id) : card;
    });
    await decideInDashboard(stage, 'alice', id, 'Denied');
  },
};

export const lookAlike: Step = {
  id: 'look-alike',
  promise: 'A recipient that only looks like a known one cannot be approved from Slack',
  sabotage: 'the recipient is the known one itself',
  async play(stage, isSabotaged) {
    const mark = newMark('look-alike');
    const to = isSabotaged ? { to: suppliers.acme.address } : {};
    const id = await stage.scene('look-alike', { externalId: mark, ...to });
    await cannotApproveHere(stage, mark, id, /looks like/i);
  },
};

export const contractCall: Step = {
  id: 'contract-call',
  promise: 'A contract call is decided on the platform: the card has a link and no Approve',
  sabotage: 'it is a plain transfer',
  async play(stage, isSabotaged) {
    const mark = newMark('contract');
    const id = await stage.scene(isSabotaged ? 'large-transfer' : 'contract-call', { externalId: mark });
    await cannotApproveHere(stage, mark, id, /contract call/i);
  },
};

export const hostileMemo: Step = {
  id: 'hostile-memo',
  promise: 'A hostile memo can neither ping, link nor hide anything: the card stays whole',
  sabotage: 'the memo is posted to the channel as it is',
  async play(stage, isSabotaged) {
    // The reference is hostile as well, so the card is found by an amount that no other card shows.
    const digits = String((Date.now() % 9_000_000) + 1_000_000);
    const amount = `0.${digits}`.replace(/0+$/, '1');
    const id = await stage.scene('hostile-memo', { amount });
    const facts = [suppliers.globex.address, 'Ethereum', wallets.treasury.id, amount];
    await stage.soon('the card shows amount, network, wallet and the whole address, and warns of the memo', () =>
      lookForCard(
        stage,
        amount,
        (words) => facts.every((fact) => words.includes(fact)) && /hid(?:es|den)/i.test(words),
      ),
    );
    if (isSabotaged) await postMemo(stage, id);
    await stage.now('no message pings, links or pretends', () => lookForHarm(stage));
    await stage.now('Slack refused nothing for its size or form', async () => {
      const { violations } = await stage.workspace();
      return when(violations.length === 0, JSON.stringify(violations).slice(0, 300));
    });
    await noDecision(stage, 'the service account decided nothing', id);
    await decideInDashboard(stage, 'alice', id, 'Denied');
  },
};

async function cannotApproveHere(stage: Stage, mark: string, id: string, why: RegExp): Promise<void> {
  await cardSays(stage, 'the card says why', mark, why);
  const card = await stage.now('it has no Approve button', () =>
    lookForCard(stage, mark, (_words, message) => buttonNamed(message.blocks, 'Approve') === undefined),
  );
  await stage.now('it links to the platform', async () => when(hasLink(card), 'no link'));
  await stage.stays('the service account decides nothing', 500, () => lookForNoDecision(stage, id));
  await decideInDashboard(stage, 'alice', id, 'Denied');
}

function hasLink(card: Message): boolean {
  return (
    buttonsIn(card.blocks).some(({ url }) => url?.startsWith('https://') === true) ||
    /<https:\/\/[^|>]+\|/.test(wordsIn(card.blocks))
  );
}

/** A refusal may come before the form or in answer to it. */
async function submitIfAsked(stage: Stage, who: 'bob' | 'dave'): Promise<void> {
  const form = await topForm(stage, who);
  if (form?.view['submit'] !== undefined && form.view['submit'] !== null) await submit(stage, who, form, '');
}

/** Outside code marks, where Slack formats nothing, none of the memo's weapons may stand. */
const harmful =
  /<!(?:channel|here|everyone|subteam)|evil\.example|mailto:|Decision: Approved|[\u202A-\u202E\u2066-\u2069]/i;

async function lookForHarm(stage: Stage): Promise<Look<true>> {
  const state = await stage.workspace();
  const everything = [...state.channels, ...state.ims].flatMap(({ messages }) => messages);
  for (const message of everything) {
    for (const text of [message.text, ...markupIn(message.blocks)]) {
      const outside = text.replaceAll(/`[^`\n]*`/g, '');
      const harm = harmful.exec(outside);
      if (harm !== null) return notYet(`"${harm[0]}" outside code in: ${outside.slice(0, 200)}`);
    }
  }
  return found(true);
}

/** What a careless bot would have done. */
async function postMemo(stage: Stage, approvalId: string): Promise<void> {
  const ledger = await stage.ledger();
  const entry = ledger.approvals.find(({ approval }) => approval.id === approvalId);
  const memo = /"memo":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(entry?.approval.activity))?.[1] ?? '"no memo"';
  await stage.postAsBot({ channel: organisation.channel.id, text: String(JSON.parse(memo)) });
}
