// The networks that a custody platform may name, with only what can be stood behind; a name that is not here is null.

export type NetworkFamily = 'evm' | 'bitcoin' | 'solana' | 'tron' | 'xrpl' | 'stellar' | 'cardano';

export type Network = {
  /** The native name, as Dfns writes it: `EthereumSepolia`. */
  name: string;
  family: NetworkFamily;
  caip2: string | null;
  /** EIP-155 chain id; null outside the EVM family. */
  chainId: number | null;
  nativeSymbol: string;
  nativeDecimals: number;
  testnet: boolean;
  /** Present on mainnets with a known explorer. Null when the text does not look like an address at all. */
  explorerAddress?: (address: string) => string | null;
};

type Row = Omit<Network, 'explorerAddress'> & { explorer?: string };

/** Chain ids, symbols and explorers are those of viem/chains; a test compares each row, so that viem's 700 chains are not loaded to run. */
const EVM: Row[] = [
  evm('AvalancheC', 43114, 'AVAX', 'https://snowtrace.io'),
  evm('AvalancheCFuji', 43113, 'AVAX'),
  evm('ArbitrumOne', 42161, 'ETH', 'https://arbiscan.io'),
  evm('ArbitrumSepolia', 421614, 'ETH'),
  evm('Base', 8453, 'ETH', 'https://basescan.org'),
  evm('BaseSepolia', 84532, 'ETH'),
  evm('Berachain', 80094, 'BERA', 'https://berascan.com'),
  evm('BerachainBepolia', 80069, 'BERA'),
  evm('Bob', 60808, 'ETH', 'https://explorer.gobob.xyz'),
  evm('Bsc', 56, 'BNB', 'https://bscscan.com'),
  evm('BscTestnet', 97, 'tBNB'),
  evm('Celo', 42220, 'CELO', 'https://celoscan.io'),
  evm('Ethereum', 1, 'ETH', 'https://etherscan.io'),
  evm('EthereumClassic', 61, 'ETC', 'https://blockscout.com/etc/mainnet'),
  evm('EthereumHolesky', 17000, 'ETH'),
  evm('EthereumHoodi', 560048, 'ETH'),
  evm('EthereumSepolia', 11155111, 'ETH'),
  evm('FantomOpera', 250, 'FTM', 'https://ftmscan.com'),
  evm('FlareC', 14, 'FLR', 'https://flare-explorer.flare.network'),
  evm('FlowEvm', 747, 'FLOW', 'https://evm.flowscan.io'),
  evm('FlowEvmTestnet', 545, 'FLOW'),
  evm('Ink', 57073, 'ETH', 'https://explorer.inkonchain.com'),
  evm('InkSepolia', 763373, 'ETH'),
  evm('Optimism', 10, 'ETH', 'https://optimistic.etherscan.io'),
  evm('OptimismSepolia', 11155420, 'ETH'),
  evm('Plasma', 9745, 'XPL', 'https://plasmascan.to'),
  evm('PlasmaTestnet', 9746, 'XPL'),
  evm('Plume', 98866, 'PLUME', 'https://explorer.plume.org'),
  evm('Polygon', 137, 'POL', 'https://polygonscan.com'),
  evm('PolygonAmoy', 80002, 'POL'),
  evm('Sonic', 146, 'S', 'https://sonicscan.org'),
  evm('XLayer', 196, 'OKB', 'https://www.oklink.com/xlayer'),
];

/** CAIP-2 references: https://namespaces.chainagnostic.org (Bitcoin and Solana: 32 characters of the genesis hash). */
const OTHERS: Row[] = [
  {
    ...coin('Bitcoin', 'bitcoin', 'BTC', 8, 'bip122:000000000019d6689c085ae165831e93'),
    explorer: 'https://mempool.space/address/',
  },
  { ...coin('BitcoinTestnet3', 'bitcoin', 'BTC', 8, 'bip122:000000000933ea01ad0ee984209779ba'), testnet: true },
  { ...coin('BitcoinTestnet4', 'bitcoin', 'BTC', 8, 'bip122:00000000da84f2bafbbc53dee25a72ae'), testnet: true },
  { ...coin('BitcoinSignet', 'bitcoin', 'BTC', 8, 'bip122:00000008819873e925422c1ff0f99f7c'), testnet: true },
  {
    ...coin('Solana', 'solana', 'SOL', 9, 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'),
    explorer: 'https://explorer.solana.com/address/',
  },
  { ...coin('SolanaDevnet', 'solana', 'SOL', 9, 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'), testnet: true },
  { ...coin('Tron', 'tron', 'TRX', 6, 'tron:728126428'), explorer: 'https://tronscan.org/#/address/' },
  { ...coin('TronNile', 'tron', 'TRX', 6, 'tron:3448148188'), testnet: true },
  { ...coin('XrpLedger', 'xrpl', 'XRP', 6, 'xrpl:0'), explorer: 'https://livenet.xrpl.org/accounts/' },
  { ...coin('XrpLedgerTestnet', 'xrpl', 'XRP', 6, 'xrpl:1'), testnet: true },
  {
    ...coin('Stellar', 'stellar', 'XLM', 7, 'stellar:pubnet'),
    explorer: 'https://stellar.expert/explorer/public/account/',
  },
  { ...coin('StellarTestnet', 'stellar', 'XLM', 7, 'stellar:testnet'), testnet: true },
  { ...coin('Cardano', 'cardano', 'ADA', 6, 'cip34:1-764824073'), explorer: 'https://cardanoscan.io/address/' },
  { ...coin('CardanoPreprod', 'cardano', 'ADA', 6, 'cip34:0-1'), testnet: true },
];

const BY_NAME: ReadonlyMap<string, Network> = new Map([...EVM, ...OTHERS].map((row) => [row.name, networkOf(row)]));

export const NETWORKS: readonly Network[] = [...BY_NAME.values()];

/** Exact native name. Null means that nothing is known about the network: callers show it as text and abstain. */
export function networkNamed(name: string): Network | null {
  return BY_NAME.get(name) ?? null;
}

/** An EVM row without an explorer is a testnet: links are offered for mainnets only. */
function evm(name: string, chainId: number, nativeSymbol: string, explorer?: string): Row {
  const row: Row = {
    name,
    family: 'evm',
    caip2: `eip155:${chainId}`,
    chainId,
    nativeSymbol,
    nativeDecimals: 18,
    testnet: explorer === undefined,
  };
  return explorer === undefined ? row : { ...row, explorer: `${explorer}/address/` };
}

function coin(name: string, family: NetworkFamily, nativeSymbol: string, nativeDecimals: number, caip2: string): Row {
  return { name, family, caip2, chainId: null, nativeSymbol, nativeDecimals, testnet: false };
}

function networkOf({ explorer, ...network }: Row): Network {
  if (explorer === undefined) return Object.freeze(network);
  return Object.freeze({ ...network, explorerAddress: (address: string) => explorerUrl(explorer, address) });
}

/** Only letters and digits reach the URL, so that untrusted text can't steer a link somewhere else. */
function explorerUrl(explorer: string, address: string): string | null {
  return /^[0-9A-Za-z]{1,128}$/.test(address) ? `${explorer}${address}` : null;
}
