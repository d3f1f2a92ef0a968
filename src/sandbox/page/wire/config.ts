// What the page's server tells the page at start: where the two servers are, and who is who.
import { z } from 'zod';

const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  slackUser: z.string(),
  userId: z.string().optional(),
});
export type Person = z.infer<typeof personSchema>;

const configSchema = z.object({
  custodyUrl: z.string(),
  slackUrl: z.string(),
  botWatched: z.boolean(),
  organisation: z.string(),
  channel: z.string(),
  botUserId: z.string(),
  people: z.array(personSchema).min(1),
  accounts: z.record(z.string(), z.string()),
  wallets: z.record(z.string(), z.string()),
});
export type PageConfig = z.infer<typeof configSchema>;

export function readConfig(): PageConfig {
  const text = document.getElementById('config')?.textContent ?? '';
  return configSchema.parse(JSON.parse(text));
}
