// What a Web API method is here: who may call it, how often, and what it does.
import { sentence, type Problem } from '../limits/problems.ts';
import type { JsonObject } from '../json.ts';
import type { Tier } from '../rates.ts';
import type { Triggers } from '../triggers.ts';
import { recordViolation, type Workspace } from '../workspace.ts';

export type Context = {
  workspace: Workspace;
  triggers: Triggers;
  /** A WebSocket address that may be used once; undefined when ten connections are open already. */
  issueSocketUrl: () => string | undefined;
};

export type Answer = JsonObject & { ok: boolean };

export type Method = {
  tier: Tier;
  /** One of these is enough; none means that any token will do. */
  scopes: string[];
  token: 'bot' | 'app' | 'any';
  run: (context: Context, args: JsonObject) => Answer;
};

export function ok(fields: JsonObject = {}): Answer {
  return { ...fields, ok: true };
}

export function failure(error: string, fields: JsonObject = {}): Answer {
  return { ...fields, ok: false, error };
}

export function invalidArguments(...messages: string[]): Answer {
  return failure('invalid_arguments', { response_metadata: { messages } });
}

/** An answer to content that breaks a limit. The fault is also kept, so that a test can assert there was none. */
export function contentFailure(context: Context, where: string, error: string, problems: Problem[] = []): Answer {
  const messages = problems.map(sentence);
  recordViolation(context.workspace, where, error, messages);
  if (messages.length === 0) return failure(error);
  return failure(error, {
    errors: messages,
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}

/** Only methods that depend on the kind of conversation ask here; the rest name their scope in the registry. */
export function missingScope(context: Context, needed: string): Answer | undefined {
  if (context.workspace.scopes.has(needed)) return undefined;
  return failure('missing_scope', { needed, provided: [...context.workspace.scopes].join(',') });
}
