// One API request from its bytes to its answer: the checks in their order, and the faults around them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { refused, statusOf } from './answer.ts';
import type { Answer } from './answer.ts';
import { authenticate, lacksPermission, mayPerform } from './auth.ts';
import { answerOf, delayOf, strikeCall } from './faults.ts';
import { parseJson } from './json.ts';
import { countCall } from './rate-limit.ts';
import { findRoute, mustBeSigned } from './routes.ts';
import type { Route } from './routes.ts';
import { spendUserAction } from './user-actions.ts';
import type { World } from './world.ts';

export interface ApiRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  rawBody: string;
}

export interface ApiReply {
  answer: Answer;
  headers: Record<string, string>;
}

export async function answerApi(world: World, request: ApiRequest): Promise<ApiReply> {
  const found = findRoute(request.method, request.url.pathname);
  if (found === undefined) return { answer: refused(404, 'Not Found'), headers: {} };
  const { route, params } = found;
  const approvalId = route.pattern.startsWith('/v2/policy-approvals/:') ? params[0] : undefined;
  const about = { operation: route.operation, approvalId };
  world.calls[route.operation] = (world.calls[route.operation] ?? 0) + 1;

  const delayMs = delayOf(world, route.operation);
  if (delayMs > 0) await sleep(delayMs);

  const before = strikeCall(world, { ...about, when: 'before' });
  if (before) {
    const answer = answerOf(world, before, approvalId);
    record(world, request, { ...about, answer, applied: false, fault: before.kind });
    return { answer, headers: {} };
  }

  const counted = countCall(world);
  const honest = counted.refusal ?? (await answerHonestly(world, route, params, request));
  const applied = route.operation === 'decision' && statusOf(honest) === 200;
  // A fault "after" is about what was done: a refusal stays what it is.
  const isDone = (statusOf(honest) ?? 500) < 300;
  const after = isDone ? strikeCall(world, { ...about, when: 'after' }) : undefined;
  const answer = after ? answerOf(world, after, approvalId) : honest;
  record(world, request, { ...about, answer, applied, fault: after?.kind ?? null });
  return { answer, headers: counted.headers };
}

async function answerHonestly(world: World, route: Route, params: string[], request: ApiRequest): Promise<Answer> {
  // 1. Who it is.
  const caller = authenticate(world, request.headers);
  if (caller.kind === 'refused') return caller.answer;
  const { identity } = caller;
  // 2. A body must be JSON and say so.
  const body = readBody(request);
  if (body.kind === 'refused') return body.answer;
  // 3. What it may do.
  if (route.permission !== undefined && !mayPerform(identity, route.permission)) {
    return lacksPermission(identity, route.permission);
  }
  // 4. A change carries a signature over exactly this request, and the signature is spent whatever follows.
  if (mustBeSigned(route)) {
    const token = request.headers['x-dfns-useraction'];
    const refusal = spendUserAction(world, identity, {
      token: typeof token === 'string' ? token : undefined,
      method: request.method,
      path: request.url.pathname,
      rawBody: request.rawBody,
    });
    if (refusal) return refusal;
  }
  return route.answer(world, {
    identity,
    path: (index) => params[index] ?? '',
    query: request.url.searchParams,
    body: body.value,
  });
}

function readBody(request: ApiRequest): { kind: 'read'; value: unknown } | { kind: 'refused'; answer: Answer } {
  if (request.rawBody === '') return { kind: 'read', value: {} };
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return { kind: 'refused', answer: refused(415, 'Unsupported Media Type') };
  }
  try {
    return { kind: 'read', value: parseJson(request.rawBody) };
  } catch {
    return { kind: 'refused', answer: refused(400, 'Invalid JSON') };
  }
}

const decisionSeenSchema = z.object({ value: z.string().optional(), reason: z.string().optional() });

/** Every call of the decision route goes into the ledger, whatever became of it. */
function record(
  world: World,
  request: ApiRequest,
  call: {
    operation: Route['operation'];
    approvalId: string | undefined;
    answer: Answer;
    applied: boolean;
    fault: string | null;
  },
): void {
  if (call.operation !== 'decision') return;
  const caller = authenticate(world, request.headers);
  const body = readBody(request);
  const seen = decisionSeenSchema.safeParse(body.kind === 'read' ? body.value : {});
  world.decisionCalls.push({
    at: world.clock.now(),
    approvalId: call.approvalId ?? '',
    userId: caller.kind === 'known' ? caller.identity.userId : null,
    value: seen.data?.value ?? null,
    reason: seen.data?.reason ?? null,
    status: statusOf(call.answer),
    applied: call.applied,
    via: 'api',
    fault: call.fault,
  });
}
