// Faults on demand: what the Web API does wrong next, and how often.
import { z } from 'zod';

export const faultShape = z.strictObject({
  /** A Web API method, or * for any. */
  method: z.string().min(1),
  /** Only for calls about this channel. */
  channel: z.string().optional(),
  times: z.int().min(1).default(1),
  /** Wait before anything else happens. */
  delayMs: z.int().min(0).optional(),
  /** Answer 200 with this Slack error; nothing is applied. */
  error: z.string().min(1).optional(),
  /** Answer with this HTTP status; nothing is applied unless `afterApply`. */
  status: z.int().min(400).max(599).optional(),
  /** Answer 429 with this Retry-After, in seconds; nothing is applied. */
  retryAfter: z.int().min(0).optional(),
  /** Apply the call, then never answer. */
  timeoutAfterApply: z.boolean().optional(),
  /** Apply the call, then answer with `status`. */
  afterApply: z.boolean().optional(),
  /** Close the connection without an answer; nothing is applied. */
  drop: z.boolean().optional(),
});

export type Fault = z.output<typeof faultShape>;
export type FaultInput = z.input<typeof faultShape>;

export type Faults = {
  add(input: unknown): { kind: 'added'; fault: Fault } | { kind: 'refused'; reason: string };
  clear(): void;
  list(): Fault[];
  take(method: string, channel: string | undefined): Fault | undefined;
};

export function createFaults(): Faults {
  const waiting: Fault[] = [];
  return {
    add(input) {
      const parsed = faultShape.safeParse(input);
      if (!parsed.success) return { kind: 'refused', reason: z.prettifyError(parsed.error) };
      waiting.push(parsed.data);
      return { kind: 'added', fault: parsed.data };
    },
    clear() {
      waiting.length = 0;
    },
    list: () => waiting.map((item) => ({ ...item })),
    take(method, channel) {
      const found = waiting.find(
        (item) =>
          (item.method === method || item.method === '*') && (item.channel === undefined || item.channel === channel),
      );
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times <= 0) waiting.splice(waiting.indexOf(found), 1);
      return found;
    },
  };
}
