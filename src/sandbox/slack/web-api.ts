// The Web API over HTTP: token, scopes, rate limits and injected faults around each method.
import { setTimeout as wait } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { readArguments, summary, tokenOf } from './arguments.ts';
import type { Fault, Faults } from './faults.ts';
import { textAt, type JsonObject } from './json.ts';
import { failure, type Answer, type Context, type Method } from './methods/method.ts';
import { methods, openMethods } from './methods/registry.ts';
import type { Rates } from './rates.ts';
import { now, randomId, recordCall, type Workspace } from './workspace.ts';

type Api = { context: Context; faults: Faults; rates: Rates };

/** `retryAfter` turns the answer into a 429. */
type Reply = { answer: Answer; retryAfter?: number };

/** After this long a held answer ends as a broken connection, in case the client waits for ever. */
const LONGEST_HOLD_MS = 60_000;

function tokenFault(workspace: Workspace, method: Method, token: string | undefined): Answer | undefined {
  const { botToken, appToken } = workspace.options;
  if (token === undefined || token === '') return failure('not_authed');
  const kind = token === botToken ? 'bot' : token === appToken ? 'app' : undefined;
  if (kind === undefined) return failure('invalid_auth');
  if (kind === 'bot' && workspace.token.revoked) return failure(workspace.token.error);
  return method.token === 'any' || method.token === kind ? undefined : failure('not_allowed_token_type');
}

function scopeFault(workspace: Workspace, method: Method): Answer | undefined {
  if (method.scopes.length === 0 || method.scopes.some((scope) => workspace.scopes.has(scope))) return undefined;
  return failure('missing_scope', { needed: method.scopes.join(','), provided: [...workspace.scopes].join(',') });
}

function run(api: Api, name: string, args: JsonObject, token: string | undefined): Reply {
  const { context, rates } = api;
  const { workspace } = context;
  const unguarded = openMethods[name];
  if (unguarded !== undefined) return { answer: unguarded.run(context, args) };
  const method = methods[name];
  if (method === undefined) return { answer: failure('unknown_method', { req_method: name }) };
  const fault = tokenFault(workspace, method, token) ?? scopeFault(workspace, method);
  if (fault !== undefined) return { answer: fault };
  const retryAfter = rates.take(name, method.tier, textAt(args, 'channel'), now(workspace));
  if (retryAfter !== undefined) return { answer: failure('ratelimited'), retryAfter };
  return { answer: method.run(context, args) };
}

function scopeHeaders(workspace: Workspace, name: string, token: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'x-slack-req-id': randomId('').toLowerCase() };
  if (token === workspace.options.botToken) headers['x-oauth-scopes'] = [...workspace.scopes].join(',');
  if (token === workspace.options.appToken) headers['x-oauth-scopes'] = 'connections:write';
  const accepted = methods[name]?.scopes ?? [];
  if (accepted.length > 0) headers['x-accepted-oauth-scopes'] = accepted.join(',');
  return headers;
}

function hold(response: Response): void {
  const timer = setTimeout(() => response.destroy(), LONGEST_HOLD_MS);
  timer.unref();
  response.on('close', () => clearTimeout(timer));
}

type Sending = {
  response: Response;
  headers: Record<string, string>;
  log: (status: number, error: string | null) => void;
};

function send({ response, headers, log }: Sending, { answer, retryAfter }: Reply): void {
  const status = retryAfter === undefined ? 200 : 429;
  log(status, textAt(answer, 'error') ?? null);
  const waiting: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response
    .status(status)
    .set({ ...headers, ...waiting })
    .json(answer);
}

/** True when the fault has answered (or broken) the request by itself. */
function failInstead(sending: Sending, fault: Fault): boolean {
  const { response, log } = sending;
  if (fault.drop === true) {
    log(0, 'dropped');
    response.destroy();
    return true;
  }
  if (fault.retryAfter !== undefined) {
    send(sending, { answer: failure('ratelimited'), retryAfter: fault.retryAfter });
    return true;
  }
  if (fault.error !== undefined) {
    send(sending, { answer: failure(fault.error) });
    return true;
  }
  if (fault.status !== undefined && fault.afterApply !== true) {
    log(fault.status, `http_${fault.status}`);
    response.status(fault.status).type('text/html').send('<html>injected failure</html>');
    return true;
  }
  return false;
}

export async function serveMethod(api: Api, request: Request, response: Response): Promise<void> {
  const { workspace } = api.context;
  const name = String(request.params['method'] ?? '');
  const at = now(workspace);
  const startedAt = performance.now();
  const reading = readArguments(request);
  const args = reading.kind === 'read' ? reading.args : {};
  const token = tokenOf(request, args);
  const sending: Sending = {
    response,
    headers: scopeHeaders(workspace, name, token),
    log: (status, error) => {
      const durationMs = Math.round(performance.now() - startedAt);
      recordCall(workspace, { at, method: name, args: summary(args), status, error, durationMs });
    },
  };
  if (reading.kind === 'refused') {
    send(sending, { answer: failure(reading.error) });
    return;
  }

  const fault = api.faults.take(name, textAt(args, 'channel'));
  if (fault?.delayMs !== undefined) await wait(fault.delayMs, undefined, { ref: false });
  if (fault !== undefined && failInstead(sending, fault)) return;
  const reply = run(api, name, args, token);
  if (fault?.timeoutAfterApply === true) {
    sending.log(0, 'timeout_after_apply');
    hold(response);
    return;
  }
  if (fault?.afterApply === true) {
    const status = fault.status ?? 500;
    sending.log(status, `http_${status}_after_apply`);
    response.status(status).type('text/html').send('<html>injected failure</html>');
    return;
  }
  send(sending, reply);
}
