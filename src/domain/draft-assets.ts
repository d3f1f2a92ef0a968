// What symbols in a platform's policies stand for, as whoever imports them says: a symbol alone is no identity.

/** One entry of the option `assets`, split and not yet judged. */
export type AssetEntry = {
  readonly text: string;
  readonly symbol: string;
  readonly network: string;
  readonly reference: string;
  readonly decimals: number | null;
};

/** `USDC=Ethereum/0x…/6,ETH=Ethereum/native`; what is not of this form has no symbol. */
export function assetEntriesIn(option: string | undefined): readonly AssetEntry[] {
  return optionEntries(option).map((text) => {
    const [, symbol = '', network = '', reference = '', digits] =
      /^([^=]{1,40})=([A-Za-z0-9]+)\/([^/]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
    return { text, symbol, network, reference, decimals: digits === undefined ? null : Number(digits) };
  });
}

/** Between commas, without blanks around them. */
export function optionEntries(option: string | undefined): readonly string[] {
  return (option ?? '').split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
}

/** `USDC-Ethereum`: what a draft calls it, short enough for a number behind it. */
export function draftAssetName(symbol: string, network: string): string {
  const plain = symbol.replace(/[^A-Za-z0-9_-]/g, '-').replace(/^(?![A-Za-z])/, 'asset-');
  return `${plain}-${network}`.slice(0, 36);
}
