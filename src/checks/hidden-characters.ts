// Do texts that somebody wrote hide something: invisible characters, or ones that turn the reading direction around?
import type { Approval } from '../domain/approval.ts';
import { defineCheck, flag, pass } from './found.ts';

/**
 * Controls (but tab and line breaks), format characters such as bidirectional overrides, private use, unassigned,
 * lone surrogates, and everything that Unicode lets a font leave out: https://www.unicode.org/reports/tr36/
 */
const hidden = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** They only choose between text and emoji form, and are everywhere. */
const emojiForm = /[\u{FE0E}\u{FE0F}]/gu;

export const hiddenCharacters = defineCheck({
  name: 'hidden-characters',
  title: 'Hidden characters',
  answer: ({ approval }) => {
    const found = textsOf(approval).flatMap(([label, text]) => {
      const marks = [...new Set(text.replace(emojiForm, '').match(hidden))].map(codePoint);
      return marks.length === 0 ? [] : [[label, marks.slice(0, 20).join(' ')] as const];
    });
    if (found.length === 0) return pass('no text in it hides a character');
    const words = found.map(([label, marks]) => `${label} hides ${marks}`).join('; ');
    return flag(words, Object.fromEntries(found));
  },
});

/** What people choose freely, and cards show. */
function textsOf({ activity, policies }: Approval): readonly (readonly [label: string, text: string])[] {
  const texts: readonly (readonly [string, string | null | undefined])[] = [
    ['the memo', activity.memo],
    ['the external id', activity.externalId],
    ["the asset's symbol", activity.asset?.symbol],
    ["the wallet's name", activity.wallet?.name],
    ...activity.destinations.map(({ address }) => ['the recipient', address] as const),
    ...policies.map(({ name }) => ["the policy's name", name] as const),
  ];
  return texts.flatMap(([label, text]) => (text === null || text === undefined ? [] : [[label, text] as const]));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
