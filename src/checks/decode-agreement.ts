// Does a raw payload do what the platform says that it does? A difference stops the service account's vote.
import { sameAddress } from '../chains/addresses.ts';
import { readCallSteps } from '../chains/call-steps.ts';
import { decodeEvmCall } from '../chains/decode.ts';
import { networkNamed } from '../chains/networks.ts';
import type { Activity, Decoded } from '../domain/activity.ts';
import { defineCheck, flag, pass, stop, unavailable, type Answer } from './found.ts';

type DecodedTransfer = Extract<Decoded, { kind: 'transfer' }>;

export const decodeAgreement = defineCheck({
  name: 'decode-agreement',
  title: 'Payload',
  answer: ({ approval: { activity } }) => {
    const decoded = activity.decoded ?? decodedHere(activity);
    if (decoded === null) return withoutPayload(activity);
    switch (decoded.kind) {
      case 'undecodable':
        return flag(`its payload cannot be decoded: ${decoded.reason}`);
      case 'other':
        return isTransferByItsSummary(activity)
          ? stop(`the platform says that it is a transfer, the payload is something else: ${decoded.words}`)
          : flag(`its payload ${decoded.dangerous ? 'is dangerous' : 'is not a transfer'}: ${decoded.words}`);
      case 'transfer':
        return compare(activity, decoded);
    }
  },
});

/** Where the connector keeps the call but does not read it, we do. */
function decodedHere({ request: { call } }: Activity): Decoded | null {
  if (call === null) return null;
  const decoded = decodeEvmCall({ to: call.to, value: call.valueBase, data: call.data });
  switch (decoded.kind) {
    case 'native-transfer':
      return { kind: 'transfer', asset: null, to: decoded.to, amountBase: decoded.amountBase };
    case 'erc20-transfer':
      return { kind: 'transfer', asset: decoded.contract, to: decoded.to, amountBase: decoded.amountBase };
    case 'undecodable':
      return decoded;
    case 'erc20-approve':
    case 'erc20-transfer-from':
    case 'call':
    case 'deploy':
      return { kind: 'other', words: readCallSteps(call).steps[0]?.words ?? decoded.kind, dangerous: true };
  }
}

/** A summary with a recipient and an amount, as only a transfer has. */
function isTransferByItsSummary({ claim }: Activity): boolean {
  return claim !== null && claim.to !== null && claim.amountBase !== null;
}

/** A transfer is built by the platform from the fields that everybody sees; anything else comes with a payload. */
function withoutPayload(activity: Activity): Answer {
  if (activity.claim !== null) return unavailable('the platform summarises a payload that was not decoded');
  if (activity.kind === 'transfer') return pass('the platform builds the transaction from what is shown');
  return flag('there is no decoded payload to compare with what is shown');
}

type Comparison = {
  readonly what: string;
  readonly said: string;
  readonly done: string;
  readonly same: boolean | null;
};

function compare(activity: Activity, decoded: DecodedTransfer): Answer {
  const comparisons = comparisonsOf(activity, decoded);
  const differing = comparisons.filter(({ same }) => same === false);
  if (differing.length > 0) {
    const words = differing.map(({ what, said, done }) => `the platform says ${what} ${said}, the payload ${done}`);
    const evidence = differing.map(({ what, said, done }) => [what, `said ${said}, does ${done}`] as const);
    return stop(words.join('; '), Object.fromEntries(evidence));
  }
  const unread = comparisons.filter(({ same }) => same === null);
  if (unread.length > 0) return unavailable(`${unread[0]?.what ?? 'it'} cannot be compared with the payload`);
  if (comparisons.length === 0) return unavailable('the platform says nothing to compare the payload with');
  return pass('the payload does what the platform says', {
    to: decoded.to,
    asset: decoded.asset ?? 'native',
    amountBase: decoded.amountBase,
  });
}

/** Every statement of the platform about the transfer: in the activity's own fields, and in a summary beside the payload. */
function comparisonsOf(activity: Activity, decoded: DecodedTransfer): readonly Comparison[] {
  const { claim, asset } = activity;
  const found: Comparison[] = [
    ...activity.destinations.map(({ address }) => address),
    ...(claim?.to === undefined || claim.to === null ? [] : [claim.to]),
  ].map((said) => ({ what: 'the recipient', said, done: decoded.to, same: isSame(activity, said, decoded.to) }));
  for (const said of [activity.amountBase, claim?.amountBase ?? null]) {
    if (said === null) continue;
    found.push({ what: 'the amount', said, done: decoded.amountBase, same: said === decoded.amountBase });
  }
  const done = decoded.asset;
  if (asset !== null) {
    const said = asset.reference;
    const same = said === null || done === null ? said === done : isSame(activity, said, done);
    found.push({ what: 'the asset', said: said ?? 'native', done: done ?? 'native', same });
  }
  // A summary without an asset says nothing about it; one with an asset never means the network's own coin.
  if (claim?.asset !== undefined && claim.asset !== null) {
    const same = done === null ? false : isSame(activity, claim.asset, done);
    found.push({ what: 'the asset', said: claim.asset, done: done ?? 'native', same });
  }
  return found;
}

/** Null when one of them can't be read as an address there: then nobody knows whether they are the same. */
function isSame(activity: Activity, said: string, done: string): boolean | null {
  const network = activity.network === null ? null : networkNamed(activity.network);
  return sameAddress(network, said, done);
}
