// Draws a rich_text block: sections, lists, quotes and preformatted text.
import type { ReactNode } from 'react';
import { emojiFor, emojiLabel } from '../mrkdwn/emoji.ts';
import { useNames } from '../names.ts';
import type { RichLeaf, RichPart } from '../wire/blocks.ts';
import { Instant, Link, Mention, Ping } from './text.tsx';

export function RichText({ parts }: { parts: RichPart[] }) {
  return (
    <div className="mrkdwn">
      {parts.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { part: RichPart }) {
  switch (part.type) {
    case 'rich_text_list': {
      const items = part.elements.map((item, index) => (
        <li key={index}>
          <Leaves leaves={item.elements} />
        </li>
      ));
      return part.style === 'ordered' ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'rich_text_quote':
      return (
        <blockquote>
          <Leaves leaves={part.elements} />
        </blockquote>
      );
    case 'rich_text_preformatted':
      return (
        <pre>
          <Leaves leaves={part.elements} />
        </pre>
      );
    case 'rich_text_section':
      return (
        <p>
          <Leaves leaves={part.elements} />
        </p>
      );
  }
}

function Leaves({ leaves }: { leaves: RichLeaf[] }) {
  return leaves.map((leaf, index) => (
    <Decorated key={index} leaf={leaf}>
      <Leaf leaf={leaf} />
    </Decorated>
  ));
}

function Leaf({ leaf }: { leaf: RichLeaf }): ReactNode {
  const names = useNames();
  switch (leaf.type) {
    case 'text':
      return leaf.text ?? '';
    case 'link':
      return <Link url={leaf.url ?? ''}>{leaf.text ?? leaf.url}</Link>;
    case 'emoji':
      return (
        <span className="emoji" role="img" aria-label={emojiLabel(leaf.name ?? '')}>
          {emojiFor(leaf.name ?? '') ?? `:${leaf.name}:`}
        </span>
      );
    case 'user':
      return <Mention>@{names.user(leaf.user_id ?? '') ?? leaf.user_id}</Mention>;
    case 'usergroup':
      return <Mention>@{names.group(leaf.usergroup_id ?? '') ?? leaf.usergroup_id}</Mention>;
    case 'channel':
      return <Mention>#{names.channel(leaf.channel_id ?? '') ?? leaf.channel_id}</Mention>;
    case 'broadcast':
      return <Ping range={leaf.range ?? 'channel'} />;
    case 'date':
      return (
        <Instant
          at={(leaf.timestamp ?? Number.NaN) * 1000}
          format={leaf.format ?? '{date_short_pretty}'}
          url={leaf.url}
          fallback={leaf.fallback ?? ''}
        />
      );
    default:
      return `[${leaf.type}]`;
  }
}

function Decorated({ leaf, children }: { leaf: RichLeaf; children: ReactNode }): ReactNode {
  const style = leaf.style ?? {};
  let node = children;
  if (style.code) node = <code>{node}</code>;
  if (style.bold) node = <strong>{node}</strong>;
  if (style.italic) node = <em>{node}</em>;
  if (style.strike) node = <s>{node}</s>;
  return node;
}
