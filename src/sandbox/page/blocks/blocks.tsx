// Draws a list of Block Kit blocks, one small component per kind.
import type { ReactNode } from 'react';
import type { Block, BlockOf } from '../wire/blocks.ts';
import { Control } from './controls.tsx';
import { InputBlock } from './input-block.tsx';
import { Picture } from './picture.tsx';
import { RichText } from './rich-text.tsx';
import { TextObject } from './text.tsx';

export function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <BlockNode key={('block_id' in block && block.block_id) || index} block={block} />
      ))}
    </div>
  );
}

function BlockNode({ block }: { block: Block }): ReactNode {
  switch (block.type) {
    case 'header':
      return (
        <h3 className="block-header">
          <TextObject text={block.text} />
        </h3>
      );
    case 'section':
      return <Section block={block} />;
    case 'context':
      return <Context block={block} />;
    case 'divider':
      return <hr className="block-divider" />;
    case 'actions':
      return <Actions block={block} />;
    case 'rich_text':
      return <RichText parts={block.elements} />;
    case 'alert':
      return <Alert block={block} />;
    case 'input':
      return <InputBlock block={block} />;
    case 'image':
      return <Picture alt={block.alt_text} />;
    case 'unsupported':
      return <p className="block-unsupported">This sandbox cannot draw a “{block.original}” block.</p>;
  }
}

function Section({ block }: { block: BlockOf<'section'> }) {
  return (
    <div className="block-section" data-block-id={block.block_id}>
      <div className="block-section-body">
        {block.text && <TextObject text={block.text} />}
        {block.fields && (
          <div className="block-fields">
            {block.fields.map((field, index) => (
              <TextObject key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {block.accessory && <Control element={block.accessory} blockId={block.block_id ?? ''} />}
    </div>
  );
}

function Context({ block }: { block: BlockOf<'context'> }) {
  return (
    <div className="block-context" data-block-id={block.block_id}>
      {block.elements.map((element, index) =>
        element.type === 'image' ? (
          <Picture key={index} alt={element.alt_text} />
        ) : (
          <TextObject key={index} text={element} />
        ),
      )}
    </div>
  );
}

function Actions({ block }: { block: BlockOf<'actions'> }) {
  return (
    <div className="block-actions" data-block-id={block.block_id}>
      {block.elements.map((element, index) => (
        <Control
          key={'action_id' in element ? element.action_id : index}
          element={element}
          blockId={block.block_id ?? ''}
        />
      ))}
    </div>
  );
}

const ALERT_MARKS = { default: 'ℹ', info: 'ℹ', warning: '⚠', error: '✕', success: '✓' };

function Alert({ block }: { block: BlockOf<'alert'> }) {
  const level = block.level ?? 'default';
  return (
    <div className={`block-alert block-alert-${level}`} role={level === 'error' ? 'alert' : 'note'}>
      <span className="block-alert-mark" aria-hidden="true">
        {ALERT_MARKS[level]}
      </span>
      <TextObject text={block.text} />
    </div>
  );
}
