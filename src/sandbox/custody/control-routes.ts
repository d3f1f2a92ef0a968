// The control panel over HTTP: everything under /_sandbox/, JSON in and out, open to any page.
import { z } from 'zod';
import type { Control, Done } from './control.ts';
import { isJson, isJsonObject, parseJson } from './json.ts';
import { decisionValues, faultInputSchema } from './ledger.ts';
import { isSceneName, overridesSchema, scenes } from './scenes.ts';

export interface ControlReply {
  status: number;
  body: unknown;
}

const decisionSchema = z.strictObject({
  userId: z.string(),
  value: z.enum(decisionValues),
  reason: z.string().optional(),
});
const mutationSchema = z.strictObject({ path: z.string().min(1), value: z.unknown() });
const clockSchema = z.strictObject({ advanceMs: z.number().nonnegative() });
const deliverSchema = z.strictObject({ approvalId: z.string(), kind: z.string().optional() });
const foreignSchema = z.strictObject({ approvalId: z.string(), value: z.enum(decisionValues) });
const dropSchema = z.strictObject({ on: z.boolean() });
const orgSchema = z.strictObject({
  serviceAccountsActivated: z.boolean().optional(),
  announceExpiry: z.boolean().optional(),
  rateLimitPerMinute: z.number().int().positive().optional(),
  maxPageSize: z.number().int().positive().optional(),
});
const permissionsSchema = z.strictObject({ userId: z.string(), permissions: z.array(z.string()) });
const webhookSchema = z.strictObject({
  url: z.url(),
  events: z.array(z.string()).min(1).optional(),
  secret: z.string().optional(),
});
const credentialSchema = z.strictObject({ userId: z.string(), credentialId: z.string(), publicKeyPem: z.string() });
const tokenSchema = z.strictObject({ token: z.string().min(1), userId: z.string().nullable() });
const eventSchema = z.strictObject({ kind: z.string(), data: z.unknown() });

const reply = (body: unknown, status = 200): ControlReply => ({ status, body });
const refusal = (status: number, error: string): ControlReply => reply({ error }, status);
const replyTo = <T>(result: Done<T>): ControlReply =>
  result.kind === 'done' ? reply(result.value) : refusal(result.status, result.message);

interface Call {
  id: string;
  body: unknown;
  query: URLSearchParams;
}

type Handler = (control: Control, call: Call) => ControlReply | Promise<ControlReply>;

/** A handler whose body is parsed first. */
function taking<T>(
  schema: z.ZodType<T>,
  handle: (control: Control, body: T, call: Call) => ControlReply | Promise<ControlReply>,
): Handler {
  return (control, call) => {
    const parsed = schema.safeParse(call.body);
    return parsed.success ? handle(control, parsed.data, call) : refusal(400, z.prettifyError(parsed.error));
  };
}

// What exactOptionalPropertyTypes asks for: a key that was not sent is not there.
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  return Object.assign(result, Object.fromEntries(entries));
}

const handlers: Record<string, Handler> = {
  'GET ledger': (control) => reply(control.ledger()),
  'GET scenes': () => reply(Object.keys(scenes)),
  'POST scenes/:id': taking(overridesSchema, (control, overrides, { id }) =>
    isSceneName(id) ? reply(control.play(id, overrides)) : refusal(404, 'no such scene'),
  ),
  'POST approvals/:id/decide': taking(decisionSchema, (control, body, { id }) => replyTo(control.decide(id, body))),
  'POST approvals/:id/mutate': taking(mutationSchema, (control, { path, value }, { id }) => {
    if (value !== undefined && !isJson(value)) return refusal(400, 'the value is not JSON');
    return replyTo(control.mutate(id, path, value));
  }),
  'POST policies/:id': (control, { id, body }) =>
    isJsonObject(body) ? replyTo(control.editPolicy(id, body)) : refusal(400, 'the body is not an object'),
  'POST faults': taking(faultInputSchema, (control, body) => reply(control.addFault(body))),
  'DELETE faults': (control, { query }) => {
    control.clearFaults(query.get('id') ?? undefined);
    return reply({ cleared: true });
  },
  'POST clock': taking(clockSchema, async (control, { advanceMs }) => {
    await control.advance(advanceMs);
    return reply({ now: control.now() });
  }),
  'POST deliver': taking(deliverSchema, (control, body) => replyTo(control.deliver(body.approvalId, body.kind))),
  'POST raise': taking(eventSchema, (control, { kind, data }) => {
    if (!isJsonObject(data)) return refusal(400, 'the data is not an object');
    control.raise(kind, data);
    return reply({ raised: true });
  }),
  'POST webhooks': taking(webhookSchema, (control, { url, events, secret }) =>
    reply(
      control.addWebhook({
        url,
        ...(events === undefined ? {} : { events }),
        ...(secret === undefined ? {} : { secret }),
      }),
    ),
  ),
  'POST webhooks/drop': taking(dropSchema, (control, { on }) => {
    control.dropWebhooks(on);
    return reply({ on });
  }),
  'POST foreign-decision': taking(foreignSchema, (control, body) =>
    replyTo(control.decideForeign(body.approvalId, body.value)),
  ),
  'POST org': taking(orgSchema, (control, settings) => {
    control.setOrganisation(withoutUndefined(settings));
    return reply({ set: true });
  }),
  'POST permissions': taking(permissionsSchema, (control, body) =>
    replyTo(control.setPermissions(body.userId, body.permissions)),
  ),
  'POST credentials': taking(credentialSchema, (control, { userId, ...key }) => {
    control.addCredential(userId, key);
    return reply({ added: true });
  }),
  'POST tokens': taking(tokenSchema, (control, { token, userId }) => {
    control.setToken(token, userId);
    return reply({ set: true });
  }),
};

export async function answerControl(
  control: Control,
  request: { method: string; url: URL; rawBody: string },
): Promise<ControlReply> {
  const path = request.url.pathname.replace(/^\/_sandbox\//, '');
  const parts = path.split('/');
  const id = parts[1] ?? '';
  const withId = `${request.method} ${[parts[0], ':id', ...parts.slice(2)].join('/')}`;
  const handler = handlers[`${request.method} ${path}`] ?? handlers[withId];
  if (handler === undefined) return refusal(404, `no control at ${request.method} ${path}`);
  try {
    const body = request.rawBody === '' ? {} : parseJson(request.rawBody);
    return await handler(control, { id: decodeURIComponent(id), body, query: request.url.searchParams });
  } catch (error) {
    // Whoever pressed the button is told what was wrong with it.
    return refusal(400, error instanceof Error ? error.message : String(error));
  }
}
