// The Slack sandbox's state as one person sees it, parsed before it is drawn.
import { z } from 'zod';
import { blockSchema, viewSchema } from './blocks.ts';

const userSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  is_bot: z.boolean().optional(),
});

const messageSchema = z.object({
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(blockSchema),
  threadTs: z.string().optional(),
  broadcast: z.boolean().default(false),
  edited: z.boolean(),
  ephemeralFor: z.string().optional(),
  tombstone: z.boolean().default(false),
});
export type Message = z.infer<typeof messageSchema>;

const conversationSchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  is_archived: z.boolean().default(false),
  is_ext_shared: z.boolean().default(false),
  messages: z.array(messageSchema),
});
export type Conversation = z.infer<typeof conversationSchema>;

const openViewSchema = z
  .object({ id: z.string(), errors: z.record(z.string(), z.string()), view: viewSchema })
  .transform(({ id, errors, view }) => ({ ...view, id, errors }));
export type OpenView = z.infer<typeof openViewSchema>;

export const workspaceSchema = z.object({
  team: z.object({ id: z.string(), name: z.string() }),
  users: z.array(userSchema),
  usergroups: z.array(z.object({ id: z.string(), handle: z.string() })).default([]),
  channels: z.array(conversationSchema),
  ims: z.array(conversationSchema),
  home: openViewSchema.nullable(),
  modals: z.array(openViewSchema),
});
export type Workspace = z.infer<typeof workspaceSchema>;

/** What a click, a submission or a command came to. */
export const answerSchema = z.object({
  kind: z.enum(['delivered', 'impossible', 'client_errors']),
  status: z.number(),
  ackMs: z.number(),
  error: z.string().optional(),
});
export type Answer = z.infer<typeof answerSchema>;
