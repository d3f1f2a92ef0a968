// Turns Slack's mrkdwn into a tree of plain nodes, so that text can only become a mention or a link where Slack would make it one.
import { emojiFor } from './emoji.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'code'; children: Inline[] }
  | { kind: 'styled'; style: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'emoji'; name: string; glyph: string }
  | { kind: 'link'; url: string; label: string }
  | { kind: 'user'; id: string; label: string | undefined }
  | { kind: 'channel'; id: string; label: string | undefined }
  | { kind: 'group'; id: string; label: string | undefined }
  | { kind: 'ping'; range: string }
  | { kind: 'date'; at: number; format: string; url: string | undefined; fallback: string };

export type Paragraph = { kind: 'text' | 'quote' | 'pre'; children: Inline[] };

/** The three entities Slack defines; everything else is literal. https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function parseMrkdwn(source: string, options: { verbatim: boolean }): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  source.split('```').forEach((part, index, parts) => {
    const fenced = index % 2 === 1;
    if (fenced && index < parts.length - 1) {
      paragraphs.push({ kind: 'pre', children: parseAngles(part.replace(/^\n/, '')) });
      return;
    }
    const text = fenced ? `\`\`\`${part}` : part;
    if (text.trim() !== '' || parts.length === 1) paragraphs.push(...parseLines(text, options));
  });
  return paragraphs;
}

function parseLines(text: string, options: { verbatim: boolean }): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const line of text.split('\n')) {
    const quote = /^(?:>|&gt;) ?/.exec(line);
    const kind = quote ? 'quote' : 'text';
    const children = parseInline(quote ? line.slice(quote[0].length) : line, options);
    const last = paragraphs.at(-1);
    if (last?.kind === kind) last.children.push({ kind: 'break' }, ...children);
    else paragraphs.push({ kind, children });
  }
  return paragraphs;
}

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

/** One line: code first, then `<…>`, then emoji, then the three styles around whatever is inside. */
function parseInline(line: string, options: { verbatim: boolean }): Inline[] {
  const nodes: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') nodes.push(...parsePlain(plain, options));
    plain = '';
  };
  for (let at = 0; at < line.length;) {
    const special = readSpecial(line, at, options);
    if (special) {
      flush();
      nodes.push(special.node);
      at += special.length;
    } else {
      plain += line.charAt(at);
      at += 1;
    }
  }
  flush();
  return nodes;
}

type Special = { node: Inline; length: number };

function readSpecial(line: string, at: number, options: { verbatim: boolean }): Special | undefined {
  const rest = line.slice(at);
  switch (rest.charAt(0)) {
    case '`': {
      const code = /^`([^`]+)`/.exec(rest);
      return code
        ? { node: { kind: 'code', children: parseAngles(code[1] ?? '') }, length: code[0].length }
        : undefined;
    }
    case '<': {
      const angle = /^<([^<>]+)>/.exec(rest);
      return angle ? { node: parseAngle(angle[1] ?? ''), length: angle[0].length } : undefined;
    }
    case ':': {
      const emoji = /^:([a-z0-9_+-]+):/.exec(rest);
      const glyph = emojiFor(emoji?.[1] ?? '');
      return emoji && glyph
        ? { node: { kind: 'emoji', name: emoji[1] ?? '', glyph }, length: emoji[0].length }
        : undefined;
    }
    case '*':
    case '_':
    case '~':
      return readStyled(line, at, options);
    default:
      return undefined;
  }
}

function readStyled(line: string, at: number, options: { verbatim: boolean }): Special | undefined {
  const mark = line.charAt(at);
  const style = mark === '*' || mark === '_' || mark === '~' ? STYLES[mark] : undefined;
  if (!style || /[\p{L}\p{N}]/u.test(line.charAt(at - 1)) || /^(?:\s|$)/.test(line.charAt(at + 1))) return undefined;
  for (let end = at + 2; end < line.length; end += 1) {
    const closes = line.charAt(end) === mark && !/\s/.test(line.charAt(end - 1));
    if (closes && !/[\p{L}\p{N}]/u.test(line.charAt(end + 1)) && !insideToken(line, at + 1, end)) {
      return {
        node: { kind: 'styled', style, children: parseInline(line.slice(at + 1, end), options) },
        length: end + 1 - at,
      };
    }
  }
  return undefined;
}

/** True where a closing mark would cut a `<…>` or a code span in two. */
function insideToken(line: string, from: number, end: number): boolean {
  const before = line.slice(from, end);
  return before.lastIndexOf('<') > before.lastIndexOf('>') || (before.split('`').length - 1) % 2 === 1;
}

/** Inside code Slack still resolves `<…>`, but applies no style. */
function parseAngles(text: string): Inline[] {
  return text.split(/(<[^<>]+>)/).flatMap((part): Inline[] => {
    if (part === '') return [];
    return part.startsWith('<') && part.endsWith('>')
      ? [parseAngle(part.slice(1, -1))]
      : [{ kind: 'text', text: decodeEntities(part) }];
  });
}

/** Text with `verbatim: false` gets Slack's automatic links: the reason why platform text must never be sent that way. */
function parsePlain(text: string, options: { verbatim: boolean }): Inline[] {
  if (options.verbatim) return [{ kind: 'text', text: decodeEntities(text) }];
  return text.split(/(https?:\/\/[^\s<>|]+)/).flatMap((part): Inline[] => {
    if (part === '') return [];
    const decoded = decodeEntities(part);
    return /^https?:\/\//.test(part)
      ? [{ kind: 'link', url: decoded, label: decoded }]
      : [{ kind: 'text', text: decoded }];
  });
}

function parseAngle(content: string): Inline {
  const [target = '', ...labels] = content.split('|');
  const label = labels.length > 0 ? decodeEntities(labels.join('|')) : undefined;
  if (/^@[A-Z0-9]+$/.test(target)) return { kind: 'user', id: target.slice(1), label };
  if (/^#[A-Z0-9]+$/.test(target)) return { kind: 'channel', id: target.slice(1), label };
  if (target.startsWith('!')) return parseCommand(target.slice(1), label);
  const url = decodeEntities(target);
  if (!/^(?:https?:|mailto:|tel:)/i.test(url)) return { kind: 'text', text: `<${decodeEntities(content)}>` };
  return { kind: 'link', url, label: label ?? url };
}

function parseCommand(command: string, label: string | undefined): Inline {
  const [name = '', ...parameters] = command.split('^');
  if (name === 'subteam') return { kind: 'group', id: parameters[0] ?? '', label };
  if (name === 'date') {
    const [seconds = '', format = '', url] = parameters;
    return { kind: 'date', at: Number(seconds) * 1000, format, url, fallback: label ?? command };
  }
  if (name === 'channel' || name === 'here' || name === 'everyone') return { kind: 'ping', range: name };
  return { kind: 'text', text: label ?? `<!${command}>` };
}
