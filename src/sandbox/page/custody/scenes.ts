// The scenes that the custody platform can play, each with the one line that tells a viewer what to look for.
export type Scene = { name: string; title: string; tells: string };

export const scenes: readonly Scene[] = [
  { name: 'routine-payout', title: 'Routine payout', tells: 'The bot approves by itself.' },
  { name: 'large-transfer', title: 'Large transfer', tells: 'Two people must agree.' },
  { name: 'look-alike', title: 'Look-alike recipient', tells: 'Poses as a supplier.' },
  { name: 'hostile-memo', title: 'Hostile memo', tells: 'No ping, no link: plain text.' },
  { name: 'contract-call', title: 'Contract call', tells: 'Decided on the platform.' },
  { name: 'raw-transaction', title: 'Raw transaction', tells: 'Decoded, then compared.' },
  { name: 'policy-change', title: 'Policy change', tells: 'Never up to the bot.' },
  { name: 'permission-assign', title: 'Permission change', tells: 'Rights for the bot: people.' },
  { name: 'signature', title: 'Blind signature', tells: 'Nobody sees what it moves.' },
  { name: 'typed-signature', title: 'Signed permit', tells: 'Lets others move money later.' },
  { name: 'compliance-too', title: 'Treasury + Compliance', tells: 'Our vote is only one part.' },
  { name: 'unknown-kind', title: 'Unknown kind', tells: 'Cannot be decoded: says so.' },
];
