// The few characters of an address that people compare by eye: two addresses that share them are mistaken for each other.

/**
 * The first four and the last four, without what all addresses of a format share (0x, or a bech32 prefix with its
 * witness version) and without case, because the eye looks past both. Null for a text that is too short to have both.
 */
export function shownEnds(address: string): string | null {
  const payload = address.toLowerCase().replace(/^(0x|(bc|tb)1.|addr(_test)?1)/, '');
  return payload.length < 8 ? null : `${payload.slice(0, 4)}${payload.slice(-4)}`;
}
