// What the symbols in Cubewire's policies stand for, as whoever imports them says: a symbol alone is no identity.
import { readAddress } from '../../chains/addresses.ts';
import { networkNamed } from '../../chains/networks.ts';
import { parseFiat } from '../../domain/amount.ts';
import { assetEntriesIn, draftAssetName, type AssetEntry } from '../../domain/draft-assets.ts';
import type { ImportFault } from '../../domain/rulebook-draft.ts';

/** `name` is what the draft calls it; one symbol may stand for an asset on each of several networks. */
export type NamedAsset = {
  readonly name: string;
  readonly network: string;
  readonly reference: string;
  readonly decimals: number;
};

export type AssetBook = ReadonlyMap<string, readonly NamedAsset[]>;

export const assetsOption =
  'what symbols stand for, on every network where they mean it: `USDC=Ethereum/0x…/6,USDC=Base/0x…/6,ETH=Ethereum/native`';

const remedy = 'Write e.g. `USDC=Ethereum/0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48/6,ETH=Ethereum/native`.';

export function readAssets(option: string | undefined, faults: ImportFault[]): AssetBook {
  const book = new Map<string, NamedAsset[]>();
  for (const entry of assetEntriesIn(option)) {
    const found = readAsset(entry);
    if (typeof found === 'string') faults.push({ path: 'options.assets', words: found, remedy });
    else {
      const taken = [...book.values()].flat().filter(({ name }) => name.startsWith(found.name)).length;
      const name = taken === 0 ? found.name : `${found.name}-${taken + 1}`;
      book.set(entry.symbol, [...(book.get(entry.symbol) ?? []), { ...found, name }]);
    }
  }
  return book;
}

function readAsset({ text, symbol, network: networkName, reference, decimals }: AssetEntry): NamedAsset | string {
  if (symbol === '') return `"${text.slice(0, 80)}" is not SYMBOL=Network/reference/decimals`;
  if (parseFiat(`1 ${symbol}`) !== null) return `${symbol} is the code of a currency, so it cannot be an asset`;
  const network = networkNamed(networkName);
  if (network === null) return `"${networkName}" is not a network that is known here`;
  const name = draftAssetName(symbol, networkName);
  if (reference === 'native') return { name, network: networkName, reference, decimals: network.nativeDecimals };
  if (readAddress(network, reference).kind === 'invalid')
    return `"${reference}" is not an asset's address on ${networkName}`;
  if (decimals === null || decimals > 255)
    return `${symbol} on ${networkName} needs its decimals, so that amounts are exact`;
  return { name, network: networkName, reference, decimals };
}
