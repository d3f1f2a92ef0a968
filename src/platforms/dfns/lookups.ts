// What is looked up beside an approval: names and kinds for people's eyes, and the wallet's tags, which rules may ask.
import type { EpochMs } from '../../domain/amount.ts';
import type { ExactJson } from '../../domain/json.ts';
import type { Surroundings } from './activity.ts';
import type { DfnsApi } from './api.ts';
import { at, isList, isRecord, textAt } from './document.ts';
import type { ApiResult } from './transport.ts';
import type { WireApproval } from './wire.ts';

/** Names. */
const keptMs = 10 * 60_000;
/** Rules rest on tags, and a tag that was taken away must not speak for long. */
const tagsKeptMs = 60_000;
/** After a failure the next approval asks again, but not each one in a burst. */
const failureKeptMs = 60_000;
const mostKept = 2000;

export type Lookups = (approval: WireApproval) => Promise<Surroundings>;

export function createLookups(api: DfnsApi, serviceAccount: string, now: () => EpochMs): Lookups {
  const wallets = remember((id) => api.getWallet(id), now, tagsKeptMs);
  const keys = remember((id) => api.getKey(id), now);
  const users = remember((id) => api.getUser(id), now);

  const initiatorKind = async (account: string | null): Promise<boolean | null> => {
    if (account === null) return null;
    if (account === serviceAccount) return true;
    const isServiceAccount = at(await users(account), 'isServiceAccount');
    return typeof isServiceAccount === 'boolean' ? isServiceAccount : null;
  };

  const nameOfWallet = async (id: string | null): Promise<string | null> =>
    id === null ? null : textAt(await wallets(id), 'name');

  const tagsOfWallet = async (id: string | null): Promise<readonly string[] | null> => {
    const tags = id === null ? undefined : at(await wallets(id), 'tags');
    const texts = isList(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
    return isList(tags) && texts.length === tags.length ? texts : null;
  };

  /** One key can hold wallets on many networks: only a single match is the wallet. */
  const walletOfKey = async (id: string | null, network: string | null): Promise<Surroundings['keyWallet']> => {
    const listed = id === null ? undefined : at(await keys(id), 'wallets');
    const held = (isList(listed) ? listed : []).flatMap((entry) => {
      const wallet = { id: textAt(entry, 'id'), network: textAt(entry, 'network') };
      if (wallet.id === null || wallet.network === null) return [];
      return network === null || wallet.network === network ? [{ id: wallet.id, network: wallet.network }] : [];
    });
    const [only] = held;
    return only === undefined || held.length > 1 ? null : { ...only, name: await nameOfWallet(only.id) };
  };

  /** Never kept: a difference is only worth reading against the policy as it is. */
  const policyNow = async (id: string | null): Promise<Surroundings['policyNow']> => {
    const result = id === null ? null : await api.getPolicy(id);
    return result?.kind === 'ok' && isRecord(result.value) ? result.value : null;
  };

  return async (approval) => {
    const body = approval.requests[0]?.body;
    const network = textAt(body, 'network') ?? textAt(body, 'requestBody', 'network');
    const changedPolicy = approval.activityKind === 'Policies:Modify' ? textAt(body, 'entityId') : null;
    const walletId = textAt(body, 'walletId');
    const [initiatorIsServiceAccount, walletName, keyWallet, policy] = await Promise.all([
      initiatorKind(approval.initiatorId),
      nameOfWallet(walletId),
      walletOfKey(textAt(body, 'keyId'), network),
      policyNow(changedPolicy),
    ]);
    // Known by now, or asked for and not found.
    const walletTags = await tagsOfWallet(walletId ?? keyWallet?.id ?? null);
    return { serviceAccount, initiatorIsServiceAccount, walletName, walletTags, keyWallet, policyNow: policy };
  };
}

/** A failure is remembered as "nothing known", which people read as no name and rules as unknown. */
function remember(
  read: (id: string) => Promise<ApiResult<ExactJson>>,
  now: () => EpochMs,
  foundKeptMs: number = keptMs,
): (id: string) => Promise<ExactJson | undefined> {
  const kept = new Map<string, { readonly value: ExactJson | undefined; readonly until: EpochMs }>();
  return async (id) => {
    const known = kept.get(id);
    if (known !== undefined && now() < known.until) return known.value;
    const result = await read(id);
    const found = result.kind === 'ok';
    if (kept.size >= mostKept) kept.clear();
    kept.set(id, { value: found ? result.value : undefined, until: now() + (found ? foundKeptMs : failureKeptMs) });
    return found ? result.value : undefined;
  };
}
