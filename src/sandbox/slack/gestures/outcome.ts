// What came of something a person did in the workspace.
import type { Ack, Forgery, Socket } from '../delivery.ts';
import { deliver, type EnvelopeType } from '../delivery.ts';
import type { Events } from '../events.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Context } from '../methods/method.ts';
import type { ResponseUrls } from '../response-urls.ts';
import { recordTrouble } from '../workspace.ts';

/** Everything that a person's gesture may touch. */
export type Desk = { context: Context; socket: Socket; events: Events; responseUrls: ResponseUrls };

export type Outcome =
  /** The app was asked; `status` is its HTTP status (200 over a socket, 0 for no answer). */
  | { kind: 'delivered'; status: number; ackMs: number; response: Json; error?: string }
  /** A person could not have done this: nothing was sent. */
  | { kind: 'impossible'; status: 404; ackMs: 0; response: null; error: string }
  /** The client refused the form: nothing was sent. */
  | { kind: 'client_errors'; status: 0; ackMs: 0; response: null; clientErrors: Record<string, string> };

export function impossible(error: string): Outcome {
  return { kind: 'impossible', status: 404, ackMs: 0, response: null, error };
}

export function outcomeOf(ack: Ack, response: Json = ack.body): Outcome {
  return {
    kind: 'delivered',
    status: ack.status,
    ackMs: ack.ackMs,
    response,
    ...(ack.error === undefined ? {} : { error: ack.error }),
  };
}

/** Asks the app, and notes what a person would see when it fails to answer in time. */
export async function ask(
  desk: Desk,
  args: { user: string; what: string; type: EnvelopeType; payload: JsonObject; forgery?: Forgery },
): Promise<Ack> {
  const { workspace } = desk.context;
  const ack = await deliver(workspace, desk.socket, {
    type: args.type,
    payload: args.payload,
    ...(args.forgery === undefined ? {} : { forgery: args.forgery }),
  });
  if (ack.error !== undefined) recordTrouble(workspace, args.user, args.what, ack.error);
  return ack;
}

/** Why this person can do nothing in this workspace, if so. */
export function absence(desk: Desk, userId: string): string | undefined {
  const person = desk.context.workspace.people.get(userId);
  if (person === undefined) return `no person ${userId}`;
  return person.deleted ? `${userId} is deactivated` : undefined;
}
