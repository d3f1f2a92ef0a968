// Which asset a Palisade limit is about: network, contract and decimals, from the policy or from whoever imports it.
import { readAddress, sameAddress } from '../../chains/addresses.ts';
import { networkNamed, type Network } from '../../chains/networks.ts';
import { assetEntriesIn, draftAssetName, optionEntries } from '../../domain/draft-assets.ts';
import type { ImportFault } from '../../domain/rulebook-draft.ts';
import type { WireAsset, WireLimit } from './policies-wire.ts';

/** `name` is what the draft calls it. */
export type NamedAsset = {
  readonly name: string;
  readonly network: Network;
  readonly reference: string;
  readonly decimals: number;
};

export type AssetReading =
  | { readonly kind: 'asset'; readonly asset: NamedAsset }
  | { readonly kind: 'unknown'; readonly words: string; readonly instead: string };

export type AssetBook = {
  /** By symbol: what the option `assets` says. */
  readonly given: ReadonlyMap<string, readonly Omit<NamedAsset, 'name'>[]>;
  /** The platform's name of a network → ours, or null where nothing is known about it here. */
  readonly networks: ReadonlyMap<string, string>;
  /** Every asset that limits are about, by name: filled here. */
  readonly named: Map<string, NamedAsset>;
};

/** https://docs.ripple.com/products/wallet: production uses the main networks, the sandbox test networks. */
const mainNetworks: Readonly<Record<string, string>> = {
  ARBITRUM: 'ArbitrumOne',
  AVALANCHE: 'AvalancheC',
  BASE: 'Base',
  BITCOIN: 'Bitcoin',
  BNBCHAIN: 'Bsc',
  ETHEREUM: 'Ethereum',
  POLYGON: 'Polygon',
  SOLANA: 'Solana',
  TRON: 'Tron',
  XRP_LEDGER: 'XrpLedger',
};

export const assetsOption =
  'what a symbol stands for where the policy has no `asset`: `USDC=Ethereum/0x…/6,ETH=Ethereum/native`';
export const networksOption =
  'which networks the platform means, where these are not the main ones: `ETHEREUM=EthereumSepolia,XRP_LEDGER=XrpLedgerTestnet`';

export function readAssetBook(options: Readonly<Record<string, string>>, faults: ImportFault[]): AssetBook {
  const networks = new Map(Object.entries(mainNetworks));
  for (const entry of optionEntries(options['networks'])) {
    const [, theirs = '', ours = ''] = /^([A-Z0-9_]+)=([A-Za-z0-9]+)$/.exec(entry) ?? [];
    if (networkNamed(ours) !== null) networks.set(theirs, ours);
    else {
      const remedy = 'Write e.g. `ETHEREUM=EthereumSepolia`.';
      faults.push({
        path: 'options.networks',
        words: `"${entry.slice(0, 80)}" names no network that is known here`,
        remedy,
      });
    }
  }
  const given = new Map<string, Omit<NamedAsset, 'name'>[]>();
  for (const { text, symbol, network, reference, decimals } of assetEntriesIn(options['assets'])) {
    const found = identity(network, reference, decimals);
    if (typeof found !== 'string') given.set(symbol, [...(given.get(symbol) ?? []), found]);
    else {
      const remedy = 'Write e.g. `USDC=Ethereum/0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48/6,ETH=Ethereum/native`.';
      faults.push({ path: 'options.assets', words: `"${text.slice(0, 80)}": ${found}`, remedy });
    }
  }
  return { given, networks, named: new Map() };
}

export function assetOf(limit: WireLimit, book: AssetBook): AssetReading {
  const symbol = limit.asset?.symbol ?? limit.symbol ?? '';
  const found = limit.asset === null ? givenAsset(symbol, limit.contract, book) : ownAsset(limit.asset, book);
  if (typeof found !== 'string') return { kind: 'asset', asset: nameIt(symbol, found, book) };
  const form = `assets=${symbol}=<network>/<contract or native>/<decimals>`;
  const isOwnNetwork = limit.asset !== null && !book.networks.has(limit.asset.blockchain);
  const option = isOwnNetwork ? `networks=${limit.asset?.blockchain ?? ''}=<network>` : form;
  return { kind: 'unknown', words: found, instead: `It is unknown, and abstains. Add the option ${option}.` };
}

/** A text says what is missing. */
type Identity = Omit<NamedAsset, 'name'> | string;

function ownAsset(asset: WireAsset, book: AssetBook): Identity {
  const { symbol, standard, blockchain, contract } = asset;
  const networkName = book.networks.get(blockchain);
  if (networkName === undefined) return `nothing is known here about the network ${blockchain}`;
  if (standard === 'NATIVE' && contract === null) return identity(networkName, 'native', asset.decimals);
  if (standard === 'ERC721') return `${symbol} counts the pieces of a collection, which has no amounts`;
  if (!['ERC20', 'SPL', 'CUSTOM', 'ISSUED_CURRENCY'].includes(standard))
    return `the standard ${standard} is not known here`;
  if (contract === null) return `${symbol} on ${blockchain} has no contract`;
  const reference = standard === 'ISSUED_CURRENCY' ? `${symbol}:${contract}` : contract;
  const decimals = asset.decimals ?? knownDecimals(symbol, networkName, reference, book);
  return identity(networkName, reference, decimals);
}

function knownDecimals(symbol: string, networkName: string, reference: string, { given }: AssetBook): number | null {
  const same = given.get(symbol)?.find((asset) => asset.network.name === networkName && isSameText(asset, reference));
  return same?.decimals ?? null;
}

function givenAsset(symbol: string, contract: string | null, { given }: AssetBook): Identity {
  const found = (given.get(symbol) ?? []).filter((asset) => contract === null || isSameText(asset, contract));
  const [only, ...others] = found;
  if (only === undefined)
    return `nobody said which asset "${symbol}" is${contract === null ? '' : ` with the contract ${contract}`}`;
  return others.length === 0 ? only : `"${symbol}" stands for several assets, and a wallet is on one network`;
}

function identity(networkName: string, reference: string, decimals: number | null): Identity {
  const network = networkNamed(networkName);
  if (network === null) return `nothing is known here about the network ${networkName}`;
  if (reference === 'native') {
    if (decimals === null || decimals === network.nativeDecimals)
      return { network, reference, decimals: network.nativeDecimals };
    return `the coin of ${networkName} has ${network.nativeDecimals} decimals, not ${decimals}`;
  }
  const isAddress = ['evm', 'tron', 'solana'].includes(network.family);
  if (isAddress && readAddress(network, reference).kind !== 'valid')
    return `"${reference}" is not a contract on ${networkName}`;
  return decimals === null
    ? `the decimals of ${reference} on ${networkName} are not known`
    : { network, reference, decimals };
}

function nameIt(symbol: string, found: Omit<NamedAsset, 'name'>, { named }: AssetBook): NamedAsset {
  const plain = draftAssetName(symbol, found.network.name);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? plain : `${plain}-${number}`;
    const taken = named.get(name);
    if (taken !== undefined && !isSame(taken, found)) continue;
    const asset = { name, ...found };
    named.set(name, asset);
    return asset;
  }
}

function isSame(a: Omit<NamedAsset, 'name'>, b: Omit<NamedAsset, 'name'>): boolean {
  return a.network.name === b.network.name && a.reference === b.reference && a.decimals === b.decimals;
}

function isSameText({ network, reference }: Omit<NamedAsset, 'name'>, text: string): boolean {
  return reference === text || sameAddress(network, reference, text) === true;
}
