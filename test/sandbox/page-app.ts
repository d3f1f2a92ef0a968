// A stand-in for the bot, just large enough to put every kind of thing on the sandbox's page and to record what comes back.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { slackApp } from '../../src/sandbox/index.ts';

export interface PageApp {
  url: string;
  /** What arrived from Slack, in order. */
  interactions: Interaction[];
  post: (message: object) => Promise<string>;
  stop: () => Promise<void>;
}

const interactionSchema = z.looseObject({
  type: z.string(),
  trigger_id: z.string().optional(),
  user: z.looseObject({ id: z.string() }),
  container: z.looseObject({ type: z.string() }).optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        value: z.string().optional(),
        selected_option: z.looseObject({ value: z.string() }).nullish(),
      }),
    )
    .default([]),
  view: z.looseObject({ state: z.looseObject({ values: z.record(z.string(), z.unknown()) }) }).optional(),
});
type Interaction = z.infer<typeof interactionSchema>;

const eventSchema = z.object({ event: z.looseObject({ type: z.string(), user: z.string().optional() }) });
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const button = (actionId: string, text: string, extra: object = {}) => ({
  type: 'button',
  action_id: actionId,
  text: plain(text),
  value: 'one',
  ...extra,
});

const confirm = {
  title: plain('Pause everything?'),
  text: plain('Requests wait for people.'),
  confirm: plain('Pause'),
  deny: plain('Keep running'),
  style: 'danger',
};

/** A card with each control that the product's cards have. */
export const card = (memo: string) => ({
  text: 'Approval needed: 250,000 USDC',
  blocks: [
    { type: 'header', text: plain('Approval needed: 250,000 USDC') },
    {
      type: 'context',
      elements: [mrkdwn(':large_yellow_circle: *Pending*, expires <!date^1795190400^{date_short} {time}|16:00 UTC>')],
    },
    { type: 'section', fields: [mrkdwn('*Network*\nEthereum'), mrkdwn('*Requested by*\n<@U0DAVE>')] },
    { type: 'section', text: mrkdwn(`*Memo* ${memo}`) },
    {
      type: 'actions',
      block_id: 'vote',
      elements: [
        button('approve', 'Approve…', { style: 'primary' }),
        button('refuse', 'Refuse'),
        button('pause', 'Pause…', { style: 'danger', confirm }),
        button('open', 'Open', { url: 'http://127.0.0.1:9/policies' }),
        { type: 'overflow', action_id: 'more', options: [{ text: plain('Remind'), value: 'remind' }] },
      ],
    },
  ],
});

const approveModal = {
  type: 'modal',
  callback_id: 'approve',
  title: plain('Approve transfer'),
  submit: plain('Approve'),
  close: plain('Cancel'),
  blocks: [
    { type: 'alert', level: 'warning', text: mrkdwn('One check abstained.') },
    {
      type: 'input',
      block_id: 'ack',
      label: plain('Before you approve'),
      element: {
        type: 'checkboxes',
        action_id: 'ack',
        options: [{ text: plain('I compared the address'), value: 'address' }],
      },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      element: {
        type: 'static_select',
        action_id: 'reason',
        options: [{ text: plain('Invoice'), value: 'invoice' }],
      },
    },
    {
      type: 'input',
      block_id: 'note',
      label: plain('Note'),
      optional: true,
      element: { type: 'plain_text_input', action_id: 'note', multiline: true, min_length: 5 },
    },
  ],
};

const recordedModal = {
  type: 'modal',
  title: plain('Vote recorded'),
  close: plain('Done'),
  blocks: [{ type: 'section', text: mrkdwn('Treasury 1 of 2.') }],
};

export async function startPageApp(slackUrl: () => string): Promise<PageApp> {
  const interactions: Interaction[] = [];
  const call = (method: string, args: object) => callSlack(slackUrl(), method, args);
  const post = async (message: object) => {
    const { ts } = await call('chat.postMessage', { channel: 'C0APPROVALS', ...message });
    return ts ?? '';
  };
  const underWay = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    const work = answer(request, response).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.url?.startsWith('/webhooks/')) {
      response.end();
      if (body.includes('"policy.approval.pending"')) await post(card('plain'));
    } else if (request.url === '/readyz') {
      response.end();
    } else {
      const { reply, afterwards } = answerSlack(body, interactions);
      response.setHeader('content-type', 'application/json').end(reply ? JSON.stringify(reply) : '');
      await afterwards?.(call);
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    interactions,
    post,
    async stop() {
      await Promise.all(underWay);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Call = (method: string, args: object) => Promise<unknown>;
type SlackAnswer = { reply?: object; afterwards?: (call: Call) => Promise<unknown> };

function answerSlack(body: string, interactions: Interaction[]): SlackAnswer {
  if (body.startsWith('{')) return answerEvent(body);
  const form = new URLSearchParams(body);
  if (form.has('command')) return { reply: { response_type: 'ephemeral', text: `you asked: ${form.get('text')}` } };
  const interaction = interactionSchema.parse(JSON.parse(form.get('payload') ?? '{}'));
  interactions.push(interaction);
  if (interaction.type === 'view_submission') return answerSubmission(interaction);
  const [action] = interaction.actions;
  if (action?.action_id === 'approve') {
    return { afterwards: (call) => call('views.open', { trigger_id: interaction.trigger_id, view: approveModal }) };
  }
  if (action?.action_id === 'refuse') {
    const message = { channel: 'C0APPROVALS', user: interaction.user.id, text: 'You may not vote here.' };
    return { afterwards: (call) => call('chat.postEphemeral', message) };
  }
  return {};
}

function answerEvent(body: string): SlackAnswer {
  const parsed = eventSchema.safeParse(JSON.parse(body));
  if (!parsed.success || parsed.data.event.type !== 'app_home_opened') return {};
  const { user } = parsed.data.event;
  const blocks = [
    { type: 'header', text: plain(`Home of ${user}`) },
    { type: 'actions', elements: [button('refresh', 'Refresh')] },
  ];
  return { afterwards: (call) => call('views.publish', { user_id: user, view: { type: 'home', blocks } }) };
}

/** A note that names no invoice is refused, so that a test can see an error by block. */
function answerSubmission(interaction: Interaction): SlackAnswer {
  const refused = JSON.stringify(interaction.view?.state.values).includes('refuse me');
  if (refused) return { reply: { response_action: 'errors', errors: { note: 'Name the invoice.' } } };
  return { reply: { response_action: 'update', view: recordedModal } };
}

async function callSlack(
  url: string,
  method: string,
  args: object,
): Promise<{ ts?: string | undefined; channel?: unknown }> {
  const response = await fetch(`${url}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${slackApp.botToken}` },
    body: JSON.stringify(args),
  });
  const answer = z.looseObject({ ok: z.boolean(), ts: z.string().optional() }).parse(await response.json());
  if (!answer.ok) throw new Error(`${method} failed: ${JSON.stringify(answer)}`);
  return answer;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
