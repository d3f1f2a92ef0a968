// The two usual ways: what is provably harmless is approved by the service account, what is large by people.
import { organisation, people } from '../company.ts';
import { approve, cardSays, decideInDashboard, directMessages, newAmount, newMark, openCard } from './acts.ts';
import { cardsShowing } from './seen.ts';
import { approvalIn, callsOfBot, when } from './stage.ts';
import { lookForNoDecision, noDecision, oneDecision, platformSays, type Step } from './step.ts';

export const routinePayout: Step = {
  id: 'routine-payout',
  promise: 'A routine payout is approved by the service account alone, and nobody is asked',
  sabotage: 'Alice approves it in the dashboard before the service account can',
  async play(stage, isSabotaged) {
    const mark = newMark('payout');
    const { amount, shown } = newAmount(100);
    const id = await stage.scene('routine-payout', { externalId: mark, amount });
    if (isSabotaged) await decideInDashboard(stage, 'alice', id, 'Approved');
    await platformSays(stage, 'the platform says Approved', id, 'Approved');
    await oneDecision(stage, 'exactly one decision counts, and it is the service account’s', id, 'Approved');
    await stage.now('no person decided', async () => {
      const { decisions } = approvalIn(await stage.ledger(), id);
      return when(decisions.length === 1, `${decisions.length} decisions`);
    });
    await cardSays(stage, 'the card says that it was approved automatically', mark, 'Approved automatically');
    await stage.now('nobody got a direct message to vote', async () => {
      const messages = await directMessages(stage, 'alice', shown);
      return when(messages.length === 0, `${messages.length} direct messages to Alice`);
    });
  },
};

export const largeTransfer: Step = {
  id: 'large-transfer',
  promise: 'A large transfer waits for people; two of them approve in Slack, and one decision goes back',
  sabotage: 'Carol approves it in the dashboard between the two votes',
  async play(stage, isSabotaged) {
    const mark = newMark('large');
    const { amount, shown } = newAmount(250_000);
    const id = await stage.scene('large-transfer', { externalId: mark, amount });
    const { address } = destinationOf(approvalIn(await stage.ledger(), id).activity);
    await openCard(stage, 'the card shows the whole address and asks for votes', mark, [address, '0 of 2']);
    await stage.soon('Alice and Bob are asked in a direct message, once each', async () => {
      const counts = [await directMessages(stage, 'alice', shown), await directMessages(stage, 'bob', shown)].map(
        (messages) => messages.length,
      );
      return when(
        counts.every((count) => count === 1),
        `${counts.join(' and ')} messages`,
      );
    });
    await noDecision(stage, 'automation abstained: the service account decided nothing', id);

    await approve(stage, 'alice', mark);
    await cardSays(stage, 'the card counts 1 of 2', mark, '1 of 2');
    await noDecision(stage, 'one vote is not enough: nothing was decided', id);
    if (isSabotaged) await decideInDashboard(stage, 'carol', id, 'Approved');
    await approve(stage, 'bob', mark);
    await cardSays(
      stage,
      'the card says that the quorum is reached, and not yet that it is approved',
      mark,
      /Quorum reached/,
    );
    await platformSays(stage, 'after the pause the platform says Approved', id, 'Approved');
    const call = await oneDecision(
      stage,
      'exactly one decision counts, and it is the service account’s',
      id,
      'Approved',
    );
    await stage.now('its reason names both voters', async () => {
      const reason = (call.reason ?? '').toLowerCase();
      const names = [people.alice, people.bob].filter((person) => reason.includes(person.id));
      return when(names.length === 2, `the reason: ${call.reason ?? 'none'}`);
    });
    await cardSays(stage, 'the card says Approved', mark, 'Approved');
    await stage.now('there is still one card, not several', async () => {
      const cards = cardsShowing(await stage.workspace(), organisation.channel.id, mark);
      return when(cards.length === 1, `${cards.length} cards`);
    });
    await stage.soon('Dave, who asked for it, is told', async () => {
      const messages = await directMessages(stage, 'dave', shown);
      return when(messages.length > 0, 'no direct message to Dave');
    });
  },
};

export const platformDown: Step = {
  id: 'platform-down',
  promise: 'The platform goes down after the last vote; when it is back, exactly one decision arrives',
  sabotage: 'Carol approves it in the dashboard while the API is down',
  async play(stage, isSabotaged) {
    const mark = newMark('outage');
    const id = await stage.scene('large-transfer', { externalId: mark });
    await openCard(stage, 'the card asks for votes', mark);
    await approve(stage, 'alice', mark);
    await approve(stage, 'bob', mark);
    // When it is back, the first answer to the decision is lost on the way.
    await stage.custody.post('faults', { kind: 'reset', on: 'decision', when: 'after', times: 1 });
    const down = await plantOutage(stage);
    await cardSays(stage, 'the quorum is reached while the platform is down', mark, /Quorum reached|Sending/);
    if (isSabotaged) await decideInDashboard(stage, 'carol', id, 'Approved');
    await stage.soon('the bot tried to reach the platform and could not', async () => {
      const outage = (await stage.ledger()).faults.find((fault) => fault.id === down);
      return when((outage?.hits ?? 0) > 0, 'nobody called');
    });
    await stage.stays('nothing is decided while it is down', Math.min(3000, stage.patienceMs), async () => {
      const calls = callsOfBot(await stage.ledger(), id).filter(({ applied }) => applied);
      return when(calls.length === 0, `${calls.length} decisions count`);
    });
    await stage.custody.delete(`faults?id=${down}`);
    await platformSays(stage, 'the platform is back and says Approved', id, 'Approved');
    await stage.custody.delete('faults');
    await cardSays(stage, 'the card says Approved', mark, /🟢 \*Approved/);
    const call = await oneDecision(stage, 'exactly one decision counts', id, 'Approved');
    await stage.now('though the answer to it was lost', async () =>
      when(call.status === null, `the answer was ${call.status ?? 'lost'}`),
    );
  },
};

export const contentChanged: Step = {
  id: 'content-changed',
  promise: 'The content changes during the vote: the old vote is void, and nothing is decided on it',
  sabotage: 'the content does not change after all',
  async play(stage, isSabotaged) {
    const mark = newMark('changed');
    const id = await stage.scene('large-transfer', { externalId: mark, amount: '250000' });
    await openCard(stage, 'the card asks for votes on 250,000 USDC', mark, ['250,000']);
    await approve(stage, 'alice', mark);
    await cardSays(stage, 'the card counts 1 of 2', mark, '1 of 2');
    if (!isSabotaged) {
      const path = 'activity.transferRequest.requestBody.amount';
      await stage.custody.post(`approvals/${id}/mutate`, { path, value: '975000000000' });
      await stage.custody.post('deliver', { approvalId: id });
    }
    await cardSays(stage, 'the card says that the content changed, and shows 975,000', mark, /changed[\s\S]*975,000/);
    await cardSays(stage, 'the old vote is void: 0 of 2', mark, '0 of 2');
    await approve(stage, 'bob', mark);
    await cardSays(stage, 'Bob’s vote is the first one on the new content', mark, '1 of 2');
    await stage.stays('nothing is decided on the old vote', 1000, () => lookForNoDecision(stage, id));
    await approve(stage, 'alice', mark);
    await platformSays(stage, 'Alice votes again, and the platform says Approved', id, 'Approved');
    await oneDecision(stage, 'exactly one decision counts', id, 'Approved');
  },
};

export const decidedElsewhere: Step = {
  id: 'decided-elsewhere',
  promise: 'Somebody decides in the platform’s dashboard: the card says so, and the service account keeps quiet',
  sabotage: 'it is decided with the service account’s own key instead',
  async play(stage, isSabotaged) {
    const mark = newMark('elsewhere');
    const id = await stage.scene('large-transfer', { externalId: mark });
    await openCard(stage, 'the card asks for votes', mark);
    await approve(stage, 'alice', mark);
    if (isSabotaged) await stage.custody.post('foreign-decision', { approvalId: id, value: 'Approved' });
    else await decideInDashboard(stage, 'carol', id, 'Approved');
    await cardSays(stage, 'the card says that it was approved there, not from here', mark, /not from here/);
    await stage.now('the card names Carol', async () => {
      const [card] = cardsShowing(await stage.workspace(), organisation.channel.id, mark);
      return when(JSON.stringify(card?.blocks ?? []).includes('Carol'), 'the card does not name her');
    });
    await noDecision(stage, 'the service account decided nothing', id);
  },
};

/** Until it is taken away by the returned id. */
async function plantOutage(stage: Parameters<Step['play']>[0]): Promise<string> {
  await stage.custody.post('faults', { kind: 'down', on: 'any' });
  const outage = (await stage.ledger()).faults.findLast((fault) => fault.kind === 'down' && !fault.cleared);
  if (outage === undefined) throw new Error('failed to take the platform down');
  return outage.id;
}

function destinationOf(activity: Record<string, unknown>): { address: string } {
  const text = /"to":"(0x[0-9a-fA-F]{40})"/.exec(JSON.stringify(activity))?.[1];
  if (text === undefined) throw new Error('failed to find the recipient of a transfer');
  return { address: text };
}
