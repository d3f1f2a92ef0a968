// The network table says only what viem, the Dfns SDK and the CAIP grammar agree with.
import type { AbortTransactionResponse } from '@dfns/sdk/generated/wallets/types.js';
import type { Chain } from 'viem';
import {
  arbitrum,
  arbitrumSepolia,
  avalanche,
  avalancheFuji,
  base,
  baseSepolia,
  berachain,
  berachainBepolia,
  bob,
  bsc,
  bscTestnet,
  celo,
  classic,
  fantom,
  flare,
  flowMainnet,
  flowTestnet,
  holesky,
  hoodi,
  ink,
  inkSepolia,
  mainnet,
  optimism,
  optimismSepolia,
  plasma,
  plasmaTestnet,
  plumeMainnet,
  polygon,
  polygonAmoy,
  sepolia,
  sonic,
  xLayer,
} from 'viem/chains';
import { describe, expect, it } from 'vitest';
import { NETWORKS, networkNamed } from '../../src/chains/networks.ts';

type DfnsNetwork = AbortTransactionResponse['network'];

const VIEM_CHAIN_OF = {
  AvalancheC: avalanche,
  AvalancheCFuji: avalancheFuji,
  ArbitrumOne: arbitrum,
  ArbitrumSepolia: arbitrumSepolia,
  Base: base,
  BaseSepolia: baseSepolia,
  Berachain: berachain,
  BerachainBepolia: berachainBepolia,
  Bob: bob,
  Bsc: bsc,
  BscTestnet: bscTestnet,
  Celo: celo,
  Ethereum: mainnet,
  EthereumClassic: classic,
  EthereumHolesky: holesky,
  EthereumHoodi: hoodi,
  EthereumSepolia: sepolia,
  FantomOpera: fantom,
  FlareC: flare,
  FlowEvm: flowMainnet,
  FlowEvmTestnet: flowTestnet,
  Ink: ink,
  InkSepolia: inkSepolia,
  Optimism: optimism,
  OptimismSepolia: optimismSepolia,
  Plasma: plasma,
  PlasmaTestnet: plasmaTestnet,
  Plume: plumeMainnet,
  Polygon: polygon,
  PolygonAmoy: polygonAmoy,
  Sonic: sonic,
  XLayer: xLayer,
} satisfies Partial<Record<DfnsNetwork, Chain>>;

const VIEM_ROWS: [string, Chain][] = Object.entries(VIEM_CHAIN_OF);

const NOT_EVM = [
  'Bitcoin',
  'BitcoinTestnet3',
  'BitcoinTestnet4',
  'BitcoinSignet',
  'Solana',
  'SolanaDevnet',
  'Tron',
  'TronNile',
  'XrpLedger',
  'XrpLedgerTestnet',
  'Stellar',
  'StellarTestnet',
  'Cardano',
  'CardanoPreprod',
] satisfies DfnsNetwork[];

describe('networks', () => {
  it('lists only names that the Dfns SDK has', () => {
    expect(NETWORKS.map((network) => network.name).toSorted()).toEqual(
      [...Object.keys(VIEM_CHAIN_OF), ...NOT_EVM].toSorted(),
    );
  });

  it.each(VIEM_ROWS)('%s has the chain id, coin and kind that viem gives', (name, chain) => {
    expect(networkNamed(name)).toMatchObject({
      family: 'evm',
      chainId: chain.id,
      caip2: `eip155:${chain.id}`,
      nativeSymbol: chain.nativeCurrency.symbol,
      nativeDecimals: chain.nativeCurrency.decimals,
      testnet: chain.testnet === true,
    });
  });

  it.each(VIEM_ROWS)('%s links to the explorer of viem, mainnets only', (name, chain) => {
    const address = '0xb282dc7cde21717f18337a596e91ded00b79b25f';

    const link = networkNamed(name)?.explorerAddress?.(address);

    expect(link).toBe(chain.testnet === true ? undefined : `${chain.blockExplorers?.default.url}/address/${address}`);
  });

  it('has no name and no CAIP-2 id twice, and every id fits the CAIP-2 grammar', () => {
    const ids = NETWORKS.map((network) => network.caip2);

    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(NETWORKS.map((network) => network.name)).size).toBe(NETWORKS.length);
    for (const id of ids) expect(id).toMatch(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/);
  });

  it.each(['', 'ethereum', 'Ethereum ', 'Goerli', 'Algorand', '__proto__', 'constructor', 'toString'])(
    'knows nothing about %j',
    (name) => {
      expect(networkNamed(name)).toBeNull();
    },
  );

  it('never links from a testnet', () => {
    for (const network of NETWORKS) expect('explorerAddress' in network).toBe(!network.testnet);
  });

  it.each(['', '../../phish', 'a b', '0xab?x=1', 'x#y', 'x%2f', '<@U123>', 'аddress', '\ud800', 'a'.repeat(129)])(
    'gives no link for %j',
    (text) => {
      for (const network of NETWORKS) expect(network.explorerAddress?.(text) ?? null).toBeNull();
    },
  );
});
