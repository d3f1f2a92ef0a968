// Our own budget for a card, below Slack's limits, and the order in which details give way. Decisive facts never do.
import type { KnownBlock } from '@slack/types';
import { context } from './blocks.ts';

/** Slack fails near 13,200 characters of JSON: https://github.com/slackapi/bolt-js/issues/2509 */
export const maxCardJson = 12_000;
export const maxCardBlocks = 50;
/** What `sealed` adds to every id, and the block that says that something was left out. */
const roomForIds = 40;

export const limits = {
  headerText: 150,
  sectionText: 3000,
  fieldText: 2000,
  fields: 10,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  accessibilityLabel: 75,
  modalTitle: 24,
  viewBlocks: 100,
  fallbackText: 170,
} as const;

/** A block and what it is worth: 0 is never left out, otherwise the highest number goes first. */
export type Part = { readonly block: KnownBlock; readonly drop: number };

/**
 * A decisive fact goes only when nothing else is left to drop, whole, and then Approve goes with it (see
 * `approveButtonAllowed`): a platform that sends nine thousand characters of recipients can't break the card.
 */
export const lastResort = 1;

export function keep(block: KnownBlock): Part {
  return { block, drop: 0 };
}

export function droppable(drop: number, block: KnownBlock): Part {
  return { block, drop };
}

/** Drops details until the rest fits. What may not be dropped is bounded where it is made. */
export function fit(
  parts: readonly Part[],
  max: { readonly json: number; readonly blocks: number; readonly note: string },
): KnownBlock[] {
  let left = [...parts];
  while (sizeOf(left) > max.json - roomForIds * 8 || left.length >= max.blocks) {
    const worst = left.reduce((highest, part) => Math.max(highest, part.drop), 0);
    if (worst === 0) break;
    const index = left.findLastIndex((part) => part.drop === worst);
    left = left.filter((_, position) => position !== index);
  }
  const blocks = left.map((part) => part.block);
  return left.length === parts.length ? blocks : [...blocks, context('left-out', max.note)];
}

function sizeOf(parts: readonly Part[]): number {
  return JSON.stringify(parts.map((part) => part.block)).length + parts.length * roomForIds;
}
