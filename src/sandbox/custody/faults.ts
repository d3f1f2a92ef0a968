// The catalogue of faults: what is planted, when it strikes, and how often it did.
import { ok, refused, tooManyRequests } from './answer.ts';
import type { Answer } from './answer.ts';
import { newId } from './ids.ts';
import type { Fault, FaultInput, Operation } from './ledger.ts';
import type { World } from './world.ts';

type FaultKind = Fault['kind'];

// Faults that stand for a condition last until they are cleared; the others strike once unless told otherwise.
const lasting: ReadonlySet<FaultKind> = new Set(['down', 'delay', 'webhook-drop']);

// Where a fault belongs when the planter does not say.
const usualPlace: Partial<Record<FaultKind, Fault['on']>> = {
  'accepted-202': 'decision',
  'stale-get': 'get-approval',
  'missing-in-list': 'list',
  'duplicate-in-list': 'list',
};

export function addFault(world: World, input: FaultInput): Fault {
  const fault: Fault = {
    ...input,
    id: newId('fault'),
    on: input.on ?? usualPlace[input.kind] ?? 'any',
    when: input.when ?? 'before',
    timesLeft: input.times === undefined ? (lasting.has(input.kind) ? null : 1) : input.times,
    hits: 0,
    cleared: false,
  };
  world.faults.push(fault);
  return fault;
}

/** Clears one fault or all of them; connections left hanging are cut, and what was held back is sent. */
export function clearFaults(world: World, id?: string): void {
  for (const fault of world.faults) if (id === undefined || fault.id === id) fault.cleared = true;
  for (const socket of world.hanging) socket.destroy();
  world.hanging.clear();
  const heldBack = world.heldBack;
  world.heldBack = undefined;
  if (heldBack) world.courier.track(heldBack.release());
}

const isActive = (fault: Fault): boolean => !fault.cleared && (fault.timesLeft === null || fault.timesLeft > 0);

/** The first planted fault that fits, counted as a hit. */
function strike(world: World, fits: (fault: Fault) => boolean): Fault | undefined {
  const fault = world.faults.find((each) => isActive(each) && fits(each));
  if (fault === undefined) return undefined;
  fault.hits += 1;
  if (fault.timesLeft !== null) fault.timesLeft -= 1;
  return fault;
}

export const strikeOf = (world: World, kind: FaultKind, approvalId?: string): Fault | undefined =>
  strike(world, (fault) => fault.kind === kind && isAbout(fault, approvalId));

const isAbout = (fault: Fault, approvalId: string | undefined): boolean =>
  fault.approvalId === undefined || fault.approvalId === approvalId;

const answering: ReadonlySet<FaultKind> = new Set(['status', 'timeout', 'html-error', 'accepted-202', 'reset', 'down']);

/** The fault that answers instead of (`before`) or in place of (`after`) the operation. */
export function strikeCall(
  world: World,
  call: { operation: Operation; when: 'before' | 'after'; approvalId: string | undefined },
): Fault | undefined {
  return strike(
    world,
    (fault) =>
      answering.has(fault.kind) &&
      fault.when === call.when &&
      (fault.on === 'any' || fault.on === call.operation) &&
      isAbout(fault, call.approvalId),
  );
}

/** How long the call is kept waiting, in real time. */
export function delayOf(world: World, operation: Operation): number {
  const fault = strike(world, (each) => each.kind === 'delay' && (each.on === 'any' || each.on === operation));
  return fault?.ms ?? 0;
}

const messages: Record<number, string> = {
  401: 'Not Authorized.',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

export function answerOf(world: World, fault: Fault, approvalId: string | undefined): Answer {
  switch (fault.kind) {
    case 'timeout':
      return { kind: 'hang' };
    case 'reset':
      return { kind: 'reset' };
    case 'html-error':
      return {
        kind: 'html',
        status: fault.status ?? 502,
        body: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
      };
    case 'accepted-202':
      return ok(acceptedChange(world, approvalId), 202);
    case 'down':
      return fault.mode === 'reset' ? { kind: 'reset' } : errorAnswer(fault, 503);
    case 'status':
      return errorAnswer(fault, fault.status ?? 500);
    case 'delay':
    case 'stale-get':
    case 'missing-in-list':
    case 'duplicate-in-list':
    case 'webhook-drop':
    case 'webhook-duplicate':
    case 'webhook-reorder':
      throw new Error(`failed to answer: a ${fault.kind} fault has no answer of its own`);
  }
}

function errorAnswer(fault: Fault, status: number): Answer {
  if (status === 429) return tooManyRequests(fault.retryAfter ?? 1);
  const answer = refused(status, messages[status] ?? 'Error');
  return fault.retryAfter !== undefined && answer.kind === 'json'
    ? { ...answer, headers: { 'retry-after': String(fault.retryAfter) } }
    : answer;
}

/** The body of a 202: the call itself now waits for somebody's approval. */
const acceptedChange = (world: World, approvalId: string | undefined) => ({
  id: newId('cr'),
  requester: { userId: '' },
  status: 'Pending',
  entityId: approvalId ?? '',
  dateCreated: new Date(world.clock.now()).toISOString(),
  approvalId: newId('ap'),
  kind: 'Policy',
  operationKind: 'Update',
  body: {},
});
