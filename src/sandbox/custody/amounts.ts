// Whole tokens as people write them, in the base units that the API carries.

/** `baseUnits('0.5', 6)` is `'500000'`; throws on anything that is not an exact amount. */
export function baseUnits(whole: string, decimals: number): string {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(whole);
  const fraction = match?.[2] ?? '';
  if (match?.[1] === undefined || fraction.length > decimals) throw new Error(`failed to read the amount ${whole}`);
  return (BigInt(match[1]) * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, '0') || '0')).toString();
}
