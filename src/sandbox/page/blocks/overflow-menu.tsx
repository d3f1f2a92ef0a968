// The ⋯ menu of a card: a small menu that closes on Escape, on a choice and on a click elsewhere.
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Option, Overflow } from '../wire/blocks.ts';
import { useInteraction } from './interaction.ts';
import type { Press } from './interaction.ts';
import { TextObject } from './text.tsx';

type Props = { element: Overflow; blockId: string; press: (press: Press) => void };

export function OverflowMenu({ element, blockId, press }: Props) {
  const { busy } = useInteraction();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useCloseFromOutside(open, root, () => setOpen(false));
  const menu = useKeptOnScreen(open);
  const choose = (option: Option) => {
    setOpen(false);
    const url = option.url === undefined ? {} : { url: option.url };
    press({ blockId, actionId: element.action_id, selected: option, ...url });
  };
  return (
    <div className="overflow" ref={root}>
      <button
        type="button"
        className="button overflow-toggle"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        data-action-id={element.action_id}
        data-block-id={blockId}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <div className="overflow-menu" role="menu" ref={menu}>
          {element.options.map((option) => (
            <button
              key={option.value}
              type="button"
              role="menuitem"
              data-testid={`option-${option.value}`}
              disabled={busy}
              onClick={() => choose(option)}
            >
              <TextObject text={option.text} />
              {option.url && <span aria-hidden="true"> ↗</span>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** A menu that would leave the screen on the right hangs from its button's other edge. */
function useKeptOnScreen(open: boolean) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = menu;
    if (open && current && current.getBoundingClientRect().right > document.documentElement.clientWidth) {
      current.classList.add('overflow-menu-flipped');
    }
  }, [open]);
  return menu;
}

function useCloseFromOutside(open: boolean, root: React.RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const onPointer = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  });
}
