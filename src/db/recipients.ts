// Who was paid before, asked of the history of payments: always by index, however long the history is.
import { sql, type SQL } from 'drizzle-orm';
import type { BaseUnits, EpochMs } from '../domain/amount.ts';
import type { State } from '../domain/lifecycle.ts';
import type { Db } from './connect.ts';
import { approvals, payments, snapshots } from './schema.ts';
import { endsTagOf, tagOf } from './spend-match.ts';

/** Of these forms of one recipient (`Ethereum/0x…`), those that the platform released a payment to. */
export async function paidForms(
  db: Db,
  input: { readonly connection: string; readonly forms: readonly string[]; readonly except: string },
): Promise<readonly string[]> {
  const asked = input.forms.map((form) => sql`(${form}::text, ${tagOf('recipient', form)}::text)`);
  if (asked.length === 0) return [];
  const rows = await db.execute<{ form: string }>(sql`
    select asked.form from (values ${sql.join(asked, sql`, `)}) as asked (form, tag)
    where exists (
      select 1 from ${payments} p
      where p.tags @> array[asked.tag] and ${released(input)}
    )`);
  return rows.map(({ form }) => form);
}

/** Recipients that were paid and show the same first and last characters, on whatever network; itself left out. */
export async function paidLookAlikes(
  db: Db,
  input: { readonly connection: string; readonly canonical: string; readonly except: string },
): Promise<readonly string[]> {
  const [tag] = endsTagOf(`/${input.canonical}`);
  if (tag === undefined) return [];
  const rows = await db.execute<{ address: string }>(sql`
    select distinct substr(recipient, strpos(recipient, '/') + 1) as address
    from ${payments} p cross join lateral jsonb_array_elements_text(p.dimensions -> 'recipient') as recipient
    where p.tags @> array[${tag}] and ${released(input)}
      and substr(recipient, strpos(recipient, '/') + 1) <> ${input.canonical}
    limit 1000`);
  // The payment may have had several recipients, of which only one looks like it.
  return rows.map(({ address }) => address).filter((address) => endsTagOf(`/${address}`)[0] === tag);
}

function released({ connection, except }: { readonly connection: string; readonly except: string }): SQL {
  return sql`p.connection = ${connection} and not p.is_open and p.approval_id is distinct from ${except}::uuid`;
}

export type SimilarInput = {
  readonly connection: string;
  /** Our id of the approval that asks. */
  readonly except: string;
  /** The payment that it would be: `Ethereum/0x…`, the asset as payments keep it, base units. */
  readonly recipient: string;
  readonly asset: string;
  readonly amountBase: BaseUnits;
  readonly since: EpochMs;
};

export type SimilarRow = {
  readonly reference: string;
  readonly state: State;
  readonly at: EpochMs;
  readonly externalId: string | null;
};

const mostShown = 5;

/** Released payments of the same amount, newest first. */
export async function similarPayments(db: Db, input: SimilarInput): Promise<readonly SimilarRow[]> {
  const tags = [tagOf('recipient', input.recipient), tagOf('asset', input.asset)];
  const rows = await db.execute<{ reference: string; state: State | null; at: string }>(sql`
    select coalesce(a.platform_id, p.reference) as reference, a.state, (extract(epoch from p.at) * 1000)::float8 as at
    from ${payments} p left join ${approvals} a on a.id = p.approval_id
    where p.tags @> string_to_array(${tags.join(',')}, ',') and ${released(input)}
      and p.amount_base = ${input.amountBase}::numeric and p.at > ${new Date(input.since).toISOString()}::timestamptz
    order by p.at desc limit ${mostShown}`);
  return rows.map(({ reference, state, at }) => ({
    reference,
    state: state ?? 'approved',
    at: Math.floor(Number(at)),
    externalId: null,
  }));
}

export type OpenApproval = SimilarRow & {
  readonly network: string | null;
  readonly asset: string | null;
  readonly recipients: readonly string[];
};

/**
 * Approvals of the same amount that have not ended: few, whatever the history. Those that were seen before this one, so
 * that of two that wait one passes, and those that are decided already, whichever was seen first.
 */
export async function openBefore(
  db: Db,
  input: Pick<SimilarInput, 'connection' | 'except' | 'amountBase' | 'since'>,
): Promise<readonly OpenApproval[]> {
  const rows = await db.execute<{
    reference: string;
    state: State;
    at: string;
    external_id: string | null;
    network: string | null;
    asset: string | null;
    recipients: readonly string[];
  }>(sql`
    select a.platform_id as reference, a.state, (extract(epoch from a.seen_at) * 1000)::float8 as at,
      s.document -> 'activity' ->> 'externalId' as external_id,
      s.document -> 'activity' ->> 'network' as network,
      s.document -> 'activity' -> 'asset' ->> 'reference' as asset,
      coalesce(jsonb_path_query_array(s.document, '$.activity.destinations[*].address'), '[]') as recipients
    from ${approvals} a
    join ${snapshots} s on s.approval_id = a.id and s.fingerprint = a.fingerprint
    join ${approvals} own on own.id = ${input.except}::uuid
    where a.connection = ${input.connection} and a.ended_at is null and a.id <> own.id
      and ((a.seen_at, a.id) < (own.seen_at, own.id) or a.state in ('deciding', 'sending', 'sent'))
      and a.seen_at > ${new Date(input.since).toISOString()}::timestamptz
      and s.document -> 'activity' ->> 'amountBase' = ${input.amountBase}
    order by a.seen_at desc limit 200`);
  return rows.map(({ external_id: externalId, at, ...row }) => ({ ...row, externalId, at: Math.floor(Number(at)) }));
}
