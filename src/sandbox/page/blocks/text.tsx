// Draws text objects: mrkdwn as parsed nodes, plain_text literally. Nothing here ever becomes HTML by itself.
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import { formatSlackDate } from '../mrkdwn/date.ts';
import { emojiLabel, replaceEmoji } from '../mrkdwn/emoji.ts';
import { decodeEntities, parseMrkdwn } from '../mrkdwn/parse.ts';
import type { Inline, Paragraph } from '../mrkdwn/parse.ts';
import { useNames } from '../names.ts';
import type { Text } from '../wire/blocks.ts';

export function TextObject({ text }: { text: Text }) {
  if (text.type === 'plain_text') return <span className="plain">{replaceEmoji(decodeEntities(text.text))}</span>;
  return <Mrkdwn source={text.text} verbatim={text.verbatim ?? false} />;
}

export function Mrkdwn({ source, verbatim }: { source: string; verbatim: boolean }) {
  return (
    <div className="mrkdwn">
      {parseMrkdwn(source, { verbatim }).map((paragraph, index) => (
        <ParagraphNode key={index} paragraph={paragraph} />
      ))}
    </div>
  );
}

function ParagraphNode({ paragraph }: { paragraph: Paragraph }) {
  const children = <InlineNodes nodes={paragraph.children} />;
  switch (paragraph.kind) {
    case 'quote':
      return <blockquote>{children}</blockquote>;
    case 'pre':
      return <pre>{children}</pre>;
    case 'text':
      return <p>{children}</p>;
  }
}

function InlineNodes({ nodes }: { nodes: Inline[] }) {
  return nodes.map((node, index) => <InlineNode key={index} node={node} />);
}

function InlineNode({ node }: { node: Inline }): ReactNode {
  const names = useNames();
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'code':
      return (
        <code>
          <InlineNodes nodes={node.children} />
        </code>
      );
    case 'styled':
      return <Styled style={node.style} nodes={node.children} />;
    case 'emoji':
      return (
        <span className="emoji" role="img" aria-label={emojiLabel(node.name)} title={`:${node.name}:`}>
          {node.glyph}
        </span>
      );
    case 'link':
      return <Link url={node.url}>{node.label}</Link>;
    case 'user':
      return <Mention>@{names.user(node.id) ?? node.label ?? node.id}</Mention>;
    case 'group':
      return <Mention>@{(node.label ?? names.group(node.id) ?? node.id).replace(/^@/, '')}</Mention>;
    case 'channel':
      return <Mention>#{names.channel(node.id) ?? node.label ?? node.id}</Mention>;
    case 'ping':
      return <Ping range={node.range} />;
    case 'date':
      return <Instant at={node.at} format={node.format} url={node.url} fallback={node.fallback} />;
  }
}

function Styled({ style, nodes }: { style: 'bold' | 'italic' | 'strike'; nodes: Inline[] }) {
  const children = <InlineNodes nodes={nodes} />;
  if (style === 'bold') return <strong>{children}</strong>;
  return style === 'italic' ? <em>{children}</em> : <s>{children}</s>;
}

export function Mention({ children }: { children: ReactNode }) {
  return <span className="mention">{children}</span>;
}

/** A real @channel: drawn loudly, because a card must never contain one. */
export function Ping({ range }: { range: string }) {
  return (
    <span className="mention ping" data-testid="ping">
      @{range}
    </span>
  );
}

/** Only web and mail addresses become links; any other scheme stays text. */
export function Link({ url, children }: { url: string; children: ReactNode }) {
  if (!/^(?:https?|mailto):/i.test(url)) return <Fragment>{children}</Fragment>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

export function Instant(props: { at: number; format: string; url: string | undefined; fallback: string }) {
  if (!Number.isFinite(props.at)) return props.fallback;
  const written = formatSlackDate(props.at, props.format, { now: Date.now() });
  return (
    <time dateTime={new Date(props.at).toISOString()} title={props.fallback}>
      {props.url ? <Link url={props.url}>{written}</Link> : written}
    </time>
  );
}
