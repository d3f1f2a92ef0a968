// A Slack card as lines for the terminal: what a reader would see, without the marks that make it look so.
import { textsOf, type Message } from '../slack/card.ts';
import { printable, type Terminal } from './terminal.ts';

/** Buttons stand in brackets, links as their label, dates in UTC. */
export function cardText(message: Message, paint: Terminal['paint']): readonly string[] {
  return message.blocks.flatMap((block) => {
    if (block.type === 'actions') {
      const buttons = block.elements.flatMap((element) =>
        element.type === 'button' ? [`[ ${shown(element.text.text)} ]`] : [],
      );
      return [buttons.join('  '), ''];
    }
    const lines = textsOf(block).flatMap((text) => text.split('\n').map(shown));
    if (lines.length === 0) return [];
    if (block.type === 'header') return [...lines.map((line) => paint('bold', line)), ''];
    if (block.type === 'context') return [...lines.map((line) => paint('dim', line.replaceAll('*', ''))), ''];
    return [...lines.map((line) => withBold(line, paint)), ''];
  });
}

function shown(mrkdwn: string): string {
  const words = mrkdwn
    .replaceAll(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll(/<@([A-Z0-9]+)>/g, '@$1')
    .replaceAll(/<[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('`', '')
    // The last one last: `&amp;lt;` is the text `&lt;`.
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return printable(words);
}

function withBold(line: string, paint: Terminal['paint']): string {
  return line.replaceAll(/\*([^*]+)\*/g, (_, words: string) => paint('bold', words));
}
