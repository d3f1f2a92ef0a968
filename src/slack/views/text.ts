// Text that others wrote, made harmless for Slack: it can't ping, link, format, hide, reorder or flood.

/** A mark around what can't be shown as it is; the two brackets themselves count as untrusted. */
const shownAs = (words: string): string => `⟦${words}⟧`;

const maxMarksInARow = 4;

/**
 * Invisible and reordering characters: all of Unicode's "other" (controls, format, surrogates, private use,
 * unassigned), all separators but the space, whatever a font may draw as nothing, and the blank Braille pattern.
 * https://www.unicode.org/reports/tr36/ and https://trojansource.codes
 */
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const mark = /\p{M}/u;

/** For `mrkdwn`, beside our own words: names, findings, reasons. Formatting characters become look-alikes. */
export function prose(text: string, max = 300): string {
  return render(defused(text), max);
}

/** For `plain_text`: the same, because Slack treats `&`, `<` and `>` alike there. */
export function plain(text: string, max?: number): string {
  return prose(text, max);
}

/** For the fallback `text` of a message, which notifications and screen readers get. */
export function fallback(text: string, max?: number): string {
  return prose(text, max);
}

/**
 * For `mrkdwn`: an identifier or a quoted text in code, in which Slack formats nothing. Copyable as it is, unless a
 * character had to be made visible.
 */
export function code(text: string, max = 300): string {
  const shown = render(text.replaceAll('`', 'ˋ'), max);
  return `\`${shown.trim() === '' ? '(empty)' : shown}\``;
}

/** A name: plain when it holds nothing that could be formatted, code otherwise; a mix of alphabets is said out loud. */
export function name(text: string, max = 80): string {
  const harmless = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} .,()+'’/-]*[\p{L}\p{N}.)])?$/u.test(text);
  const domain = /[\p{L}\p{N}]\.\p{L}/u.test(text);
  const shown = harmless && !domain ? render(text, max) : code(text, max);
  return mayImitate(text) ? `${shown} (⚠️ letters that imitate others)` : shown;
}

/** Only what is not in code already: taking the code away would let its formatting loose. */
export function bold(shown: string): string {
  return shown.includes('`') ? shown : `*${shown}*`;
}

/** Latin beside Greek, Cyrillic and the like, or letters in fancy dress (fullwidth, mathematical): the usual imitations. */
export function mayImitate(text: string): boolean {
  const latin = /\p{Script=Latin}/u.test(text);
  const similar = /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u.test(
    text,
  );
  return (latin && similar) || text.normalize('NFKC') !== text.normalize('NFC');
}

/** True when the reader sees exactly these characters: nothing invisible, no formatting, no look-alike swapped in. */
export function isShownAsIs(text: string): boolean {
  return unescaped(render(text, Number.POSITIVE_INFINITY)) === text && !text.includes('`');
}

/** What the reader sees. Order matters: `&amp;lt;` is the text `&lt;`. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** `0xdE72…F263`: only where the whole address stands in the same card, or is one tap away. */
export function shortened(text: string): string {
  return text.length <= 14 ? text : `${text.slice(0, 6)}…${text.slice(-4)}`;
}

function defused(text: string): string {
  return text
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[\w+'-]+:)/g, '∶');
}

/** Cut by rendered length, between characters, never inside an escape. */
function render(text: string, max: number): string {
  const pieces = piecesOf(text.normalize('NFC'));
  let length = 0;
  let kept = 0;
  for (const piece of pieces) {
    if (length + piece.length > max) break;
    length += piece.length;
    kept += 1;
  }
  if (kept === pieces.length) return pieces.join('');
  return `${pieces.slice(0, kept).join('')}… (${pieces.length - kept} more characters)`;
}

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let marksInARow = 0;
  let dropped = 0;
  const flush = (): void => {
    if (dropped > 0) pieces.push(shownAs(`${dropped} more marks`));
    dropped = 0;
    marksInARow = 0;
  };
  for (const char of text) {
    if (mark.test(char) && !invisible.test(char)) {
      marksInARow += 1;
      if (marksInARow <= maxMarksInARow) pieces.push(char);
      else dropped += 1;
      continue;
    }
    flush();
    pieces.push(shownChar(char));
  }
  flush();
  return pieces;
}

function shownChar(char: string): string {
  switch (char) {
    case ' ':
      return ' ';
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '\n':
      return ' ↵ ';
    case '⟦':
      return '[';
    case '⟧':
      return ']';
    default:
      return invisible.test(char) ? shownAs(codePoint(char)) : char;
  }
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
