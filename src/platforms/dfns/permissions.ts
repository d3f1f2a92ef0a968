// What the service account may do on Dfns: what it needs, what it may have, and everything else, which is too much.

/** Reading approvals and what stands around them, voting, and looking after the webhook. */
const needed = [
  'Policies:Evaluations:Read',
  'Policies:Evaluations:Vote',
  'Policies:Read',
  'Wallets:Read',
  'Keys:Read',
  'Webhooks:Read',
  'Webhooks:Events:Read',
] as const;

/** Names of people, and setting up. */
const allowed = ['Auth:Users:Read', 'Webhooks:Create', 'Webhooks:Ping'] as const;

/** Older names that still work. */
const aliases: Readonly<Record<string, string>> = {
  'Policies:Approvals:Read': 'Policies:Evaluations:Read',
  'Policies:Approvals:Approve': 'Policies:Evaluations:Vote',
};

/** A stolen token is worth what it may do, so more than is needed is as much a fault as less. */
export function judgePermissions(operations: readonly string[]): {
  readonly missing: readonly string[];
  readonly excess: readonly string[];
} {
  const held = new Set(operations.map((name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name)));
  const known = new Set<string>([...needed, ...allowed]);
  return {
    missing: needed.filter((name) => !held.has(name)),
    excess: [...held].filter((name) => !known.has(name)).toSorted(),
  };
}
