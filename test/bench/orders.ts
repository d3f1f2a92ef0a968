// What the processes of a benchmark say to each other.
import { z } from 'zod';
import type { Child } from './children.ts';

export const loadOrderSchema = z.object({
  port: z.number(),
  connections: z.number(),
  seconds: z.number(),
  /** How many requests to sign before the clock starts. */
  prepared: z.number(),
  /** At most so many requests per second over all connections; null: as fast as answers come. */
  rate: z.number().nullable(),
  /** Name every approval that was acknowledged. */
  withIds: z.boolean(),
});

export type LoadOrder = z.output<typeof loadOrderSchema>;

export const loadResultSchema = z.object({
  acknowledged: z.number(),
  refused: z.number(),
  broken: z.number(),
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  ids: z.array(z.string()),
});

export type LoadResult = z.output<typeof loadResultSchema>;

export async function askForLoad(load: Child, order: LoadOrder): Promise<LoadResult> {
  return loadResultSchema.parse(await load.ask(order));
}

export const modes = ['ours', 'express', 'dual', 'guide'] as const;

export type Mode = (typeof modes)[number];

export const serverOrderSchema = z.object({
  mode: z.enum(modes),
  databaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  /** Where the platform's API is. */
  apiUrl: z.string(),
  /** Whether our server also does the work that deliveries ask for, against the API. */
  isWorking: z.boolean(),
});

export type ServerOrder = z.output<typeof serverOrderSchema>;

export const apiOrderSchema = z.object({ state: z.enum(['up', 'hangs', 'down']), delayMs: z.number() });

export type ApiOrder = z.output<typeof apiOrderSchema>;

/** How a server says where it listens. */
export const portSchema = z.object({ port: z.number() });
