// What checks need from the database: who was paid before, whom a recipient could be mistaken for, and payments like it.
import { z } from 'zod';
import type { Check, CheckInput, KnownRecipient, SimilarPayment } from '../checks/check.ts';
import { recipientForms, type RecipientForms } from '../checks/recipient-forms.ts';
import type { Context } from '../context.ts';
import { openBefore, paidForms, paidLookAlikes, similarPayments } from '../db/recipients.ts';
import type { Approval } from '../domain/approval.ts';
import { conditionsOf, type ConditionTree, type Rule, type Rulebook } from '../domain/rulebook.ts';
import { shownEnds } from '../domain/shown-ends.ts';
import { paymentOf } from './read-spend.ts';

export type NeedsInput = {
  readonly approvalId: string;
  readonly connection: string;
  readonly approval: Approval;
  /** The rulebook in force. */
  readonly rulebook: Rulebook | null;
};

/** More recipients than anybody looks at one by one: then nothing is known about any of them. */
const mostRecipients = 50;

export async function readNeeds(
  ctx: Pick<Context, 'db' | 'now' | 'checks'>,
  input: NeedsInput,
): Promise<Pick<CheckInput, 'recipients' | 'similar'>> {
  const wanted = needsOf(ctx.checks);
  return {
    recipients: wanted.recipients ? await readRecipients(ctx, input) : [],
    similar: wanted.similarWithinMs === null ? [] : await readSimilar(ctx, input, wanted.similarWithinMs),
  };
}

function needsOf(checks: readonly Check[]): { recipients: boolean; similarWithinMs: number | null } {
  const windows = checks.flatMap(({ needs }) => needs.similarWithinMs ?? []);
  return {
    recipients: checks.some(({ needs }) => needs.recipients === true),
    similarWithinMs: windows.length === 0 ? null : Math.max(...windows),
  };
}

async function readRecipients(
  { db }: Pick<Context, 'db'>,
  { approvalId, connection, approval, rulebook }: NeedsInput,
): Promise<readonly KnownRecipient[]> {
  const all = recipientForms(approval.activity);
  if (all.length > mostRecipients) return [];
  const known: KnownRecipient[] = [];
  for (const forms of all) {
    const { address, canonical, byNetwork } = forms;
    const around = { connection, except: approvalId };
    const listed = listedIn(rulebook, connection, forms);
    const paid = byNetwork === null ? null : await paidForms(db, { ...around, forms: [...byNetwork.values()] });
    const paidAlike = await paidLookAlikes(db, { ...around, canonical });
    known.push({
      address,
      isListed: listed.isListed,
      paidOn: paid?.map((form) => form.slice(0, form.indexOf('/'))) ?? null,
      alike: [...new Set([...paidAlike, ...listed.alike])],
    });
  }
  return known;
}

async function readSimilar(
  { db, now }: Pick<Context, 'db' | 'now'>,
  { approvalId, connection, approval }: NeedsInput,
  withinMs: number,
): Promise<readonly SimilarPayment[] | null> {
  const payment = paymentOf(approval, connection, now());
  const [asset] = payment?.dimensions.asset ?? [];
  const { amountBase } = approval.activity;
  if (payment === null || asset === undefined || amountBase === null) return null;
  const recipients = payment.dimensions.recipient;
  if (recipients.length === 0) return null;
  const around = { connection, except: approvalId, amountBase, since: now() - withinMs };
  const found: SimilarPayment[] = [];
  for (const recipient of recipients) {
    found.push(...(await similarPayments(db, { ...around, recipient, asset })));
  }
  const open = (await openBefore(db, around)).filter((other) => isAlike(approval, other));
  return [...open, ...found].toSorted((a, b) => b.at - a.at);
}

/** The same recipient and asset, as the platform writes them; letters of both cases are the same address here. */
function isAlike(
  { activity }: Approval,
  other: { network: string | null; asset: string | null; recipients: readonly string[] },
): boolean {
  const reference = activity.asset?.reference ?? null;
  if (other.network !== activity.network || other.asset?.toLowerCase() !== reference?.toLowerCase()) return false;
  const mine = new Set(activity.destinations.map(({ address }) => address.toLowerCase()));
  return other.recipients.some((address) => mine.has(address.toLowerCase()));
}

type Listed = {
  /** By what people compare, so that a look-alike is found without looking through the list. */
  readonly byEnds: ReadonlyMap<string, readonly string[]>;
  /** Named by a rule that can approve. */
  readonly approving: ReadonlySet<string>;
};

/** Read once per rulebook and connection: its lists may be long. */
const listedByRulebook = new WeakMap<Rulebook, Map<string, Listed>>();

/** What a rulebook's own lists say about one recipient. */
export function listedIn(
  rulebook: Rulebook | null,
  connection: string,
  { address, canonical }: RecipientForms,
): { isListed: boolean; alike: readonly string[] } {
  if (rulebook === null) return { isListed: false, alike: [] };
  const perConnection = listedByRulebook.get(rulebook) ?? new Map<string, Listed>();
  listedByRulebook.set(rulebook, perConnection);
  const listed = perConnection.get(connection) ?? readListed(rulebook, connection);
  perConnection.set(connection, listed);
  const forms = [address, canonical].map(comparable);
  const alike = (listed.byEnds.get(shownEnds(canonical) ?? '') ?? []).filter(
    (other) => !forms.includes(comparable(other)),
  );
  return { isListed: forms.some((form) => listed.approving.has(form)), alike };
}

/** An address that a rule names is as known as one that was paid: a look-alike of it is a look-alike. */
function readListed(rulebook: Rulebook, connection: string): Listed {
  const byEnds = new Map<string, string[]>();
  const approving = new Set<string>();
  for (const set of rulebook.sets) {
    if (set.connections !== null && !set.connections.includes(connection)) continue;
    for (const rule of set.rules) {
      for (const address of recipientsIn(conditionsOf([...rule.when, ...rule.must]))) {
        const ends = shownEnds(address);
        if (ends !== null) byEnds.set(ends, [...(byEnds.get(ends) ?? []), address]);
      }
      if (!canApprove(rule)) continue;
      const positive = [...rule.when, ...rule.must].flatMap(withoutNegations);
      for (const address of recipientsIn(conditionsOf(positive))) approving.add(comparable(address));
    }
  }
  return { byEnds, approving };
}

function canApprove({ stage, enforcement, effects }: Rule): boolean {
  return stage.kind !== 'shadow' && enforcement === 'strict' && effects.some(({ kind }) => kind === 'allow');
}

/** "Not one of these" names nobody whom it trusts. */
function withoutNegations(tree: ConditionTree): readonly ConditionTree[] {
  switch (tree.logic) {
    case 'one':
      return [tree];
    case 'not':
      return [];
    case 'all':
    case 'any':
      return tree.of.flatMap(withoutNegations);
  }
}

/** Only hexadecimal addresses are the same in both cases. */
function comparable(address: string): string {
  return /^0x/i.test(address) ? address.toLowerCase() : address;
}

function recipientsIn(conditions: ReturnType<typeof conditionsOf>): readonly string[] {
  return conditions.flatMap((condition) => {
    const listed = condition.kind === 'recipient' ? members.safeParse(condition['in']) : null;
    return listed?.success === true ? listed.data.values : [];
  });
}

/** A list of values after its name was resolved, as `rules/names.ts` leaves it. */
const members = z.object({ values: z.array(z.string()) });
