// The only links that a card may hold: the platform's page from the configuration, a block explorer, the card itself.
import type { Button } from '@slack/types';
import { networkNamed } from '../../chains/networks.ts';
import type { ApprovalView, PersonRef } from '../../domain/approval-view.ts';
import { actionIds, writeButtonValue } from '../action-ids.ts';
import { plainText } from './blocks.ts';
import { name, plain } from './text.ts';

const platformLabels: Readonly<Record<string, string>> = {
  dfns: 'Dfns',
  privy: 'Privy',
  palisade: 'Palisade',
  cubewire: 'Cubewire',
  axonvault: 'AxonVault',
  generic: 'the platform',
};

/** The platform's name for people. */
export function platformLabel(view: Pick<ApprovalView, 'platform'>): string {
  const own = Object.hasOwn(platformLabels, view.platform) ? platformLabels[view.platform] : undefined;
  return own ?? plain(view.platform, 40);
}

/** Null when it could break out of Slack's `<url|label>`, or is no web address. */
function safeUrl(url: string | null): string | null {
  return url !== null && url.length <= 500 && /^https?:\/\/[\w.~:/?#[\]@!$&'()+,;=%-]+$/.test(url) ? url : null;
}

export function link(url: string | null, label: string): string | null {
  const safe = safeUrl(url);
  return safe === null ? null : `<${safe.replaceAll('&', '&amp;')}|${label}>`;
}

export function explorerLink(network: string | null, address: string): string | null {
  if (network === null) return null;
  return link(networkNamed(network)?.explorerAddress?.(address) ?? null, 'Recipient in the explorer');
}

/** A mention when the Slack id is one from the configuration, the name otherwise. */
export function person(ref: PersonRef): string {
  const match = /^[A-Z0-9]{1,32}\/([UW][A-Z0-9]{1,32})$/.exec(ref.slack ?? '');
  return match?.[1] === undefined ? name(ref.name) : `<@${match[1]}>`;
}

export function people(refs: readonly PersonRef[], max = 12): string {
  const shown = refs.slice(0, max).map(person).join(', ');
  return refs.length > max ? `${shown} and ${refs.length - max} more` : shown;
}

/** Who a person id stands for, by everything that the view holds; the bare id when it holds nothing. */
export function personOf(view: ApprovalView, id: string): PersonRef {
  const known = [
    ...view.votes.map((vote) => vote.person),
    ...view.standing.flatMap((group) => group.eligible),
    ...view.decidedBy,
    ...view.holds.map((hold) => hold.person),
  ];
  return known.find((ref) => ref.id === id) ?? { id, name: id, slack: null };
}

export function button(input: {
  readonly view: Pick<ApprovalView, 'id' | 'fingerprint' | 'revision'>;
  readonly action: string;
  readonly text: string;
  readonly label: string;
  readonly style?: 'primary' | 'danger';
}): Button {
  const { view, style } = input;
  return {
    type: 'button',
    action_id: input.action,
    text: plainText(input.text),
    value: writeButtonValue({ id: view.id, fp: view.fingerprint, rev: view.revision }),
    accessibility_label: input.label.slice(0, 75),
    ...(style === undefined ? {} : { style }),
  };
}

/** Opens the platform in a browser; null when the configured address is unusable. */
export function platformButton(view: ApprovalView): Button | null {
  const url = safeUrl(view.decideUrl);
  if (url === null) return null;
  const text = `Open in ${platformLabel(view)}`;
  return {
    type: 'button',
    action_id: actionIds.openLink,
    text: plainText(text.slice(0, 75)),
    url,
    accessibility_label: `${text}, in a browser`.slice(0, 75),
  };
}
