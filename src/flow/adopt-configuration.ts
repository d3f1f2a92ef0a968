// At start: what changed since the last configuration is said in the channel, and changed people wait.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import {
  adoptConfiguration as store,
  latestConfiguration,
  lockConfigurations,
  markChanged,
} from '../db/configurations.ts';
import { addNotice } from '../db/notices.ts';
import { addTasks } from '../db/outbox.ts';
import { createSwitches } from '../db/switches.ts';
import type { Config } from '../config.ts';
import { adoptRulebook } from './apply-rulebook.ts';
import { record, type FlowContext } from './record.ts';

export type Adoption = { readonly kind: 'first' | 'unchanged' | 'changed'; readonly changes: readonly string[] };

/** Safe on several processes at once: one adopts, the others find it adopted. */
export async function adoptConfiguration(ctx: FlowContext): Promise<Adoption> {
  const document = essence(ctx.config);
  const hash = createHash('sha256')
    .update(canonicalize(document) ?? '')
    .digest('hex');
  const adoption = await ctx.db.transaction(async (tx): Promise<Adoption> => {
    await lockConfigurations(tx);
    const now = ctx.now();
    await createSwitches(tx, now);
    const before = await latestConfiguration(tx);
    if (before?.hash === hash) return { kind: 'unchanged', changes: [] };
    await store(tx, { hash, document }, now);
    const changes = before === null ? [] : differences(before.document, document);
    const people = before === null ? [] : changedPeople(before.document, document);
    await markChanged(tx, people, now);
    if (changes.length > 0) {
      const words = `The configuration changed. ${changes.join('. ')}.${people.length > 0 ? ` Their votes wait: ${people.join(', ')}.` : ''}`;
      const noticeId = await addNotice(tx, { connection: null, kind: 'configuration-changed', words }, now);
      await addTasks(tx, [{ kind: 'announce', noticeId }], now);
    }
    const event = before === null ? 'configuration.first' : 'configuration.changed';
    await record(ctx, tx, { event, approvalId: null, actor: 'system', details: { hash, changes, people } });
    return { kind: before === null ? 'first' : 'changed', changes };
  });
  await adoptRulebook(ctx);
  return adoption;
}

/** What decides who may approve how much: people, admins, groups, ceilings, budgets. Keyed, so that changes have names. */
function essence(config: Config): Record<string, Record<string, unknown>> {
  return {
    people: Object.fromEntries(config.people.map(({ id, slack, accounts, owns }) => [id, { slack, accounts, owns }])),
    admins: Object.fromEntries(config.admins.map((id) => [id, true])),
    groups: Object.fromEntries(
      config.groups.map((rule) => [`${rule.connection}/${rule.policy ?? '*'}/${rule.name}`, { ...rule }]),
    ),
    budgets: Object.fromEntries(
      config.budgets.map((budget, index) => [`${index + 1} (${budget.connection}, per ${budget.per})`, { ...budget }]),
    ),
    connections: Object.fromEntries(
      config.connections.map(({ name, mode, platform, channel }) => [name, { mode, platform, channel }]),
    ),
    // Whether there may be one; which one is in force is applied, audited and announced by itself.
    rulebook: { automation: config.rulebook === null ? 'no rulebook' : 'by the rulebook in force' },
  };
}

function differences(
  before: Record<string, unknown>,
  after: Record<string, Record<string, unknown>>,
): readonly string[] {
  return Object.entries(after).flatMap(([section, entries]) => {
    const old = sectionOf(before, section);
    const names = [...new Set([...Object.keys(old), ...Object.keys(entries)])].toSorted();
    return names.flatMap((name) => {
      if (!(name in entries)) return [`${section}: ${name} removed`];
      if (!(name in old)) return [`${section}: ${name} added`];
      const [from, to] = [canonicalize(old[name]) ?? '', canonicalize(entries[name]) ?? ''];
      return from === to ? [] : [`${section}: ${name} changed from ${from} to ${to}`];
    });
  });
}

/** People whose entry, or whose membership of a group, is not what it was. */
function changedPeople(
  before: Record<string, unknown>,
  after: Record<string, Record<string, unknown>>,
): readonly string[] {
  const people = after['people'] ?? {};
  return Object.keys(people).filter((id) => {
    const then = canonicalize([sectionOf(before, 'people')[id] ?? null, groupsWith(sectionOf(before, 'groups'), id)]);
    return then !== canonicalize([people[id], groupsWith(after['groups'] ?? {}, id)]);
  });
}

function groupsWith(groups: Readonly<Record<string, unknown>>, personId: string): readonly string[] {
  return Object.entries(groups)
    .filter(([, rule]) => isRecord(rule) && Array.isArray(rule['approvers']) && rule['approvers'].includes(personId))
    .map(([name]) => name)
    .toSorted();
}

function sectionOf(document: Record<string, unknown>, section: string): Record<string, unknown> {
  const value = document[section];
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
