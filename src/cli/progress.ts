// How far a long command is: a bar where somebody watches, a line now and then where nobody does.
import type { Terminal } from './terminal.ts';

const barWidth = 24;
const betweenLinesMs = 5000;

export function createProgress(
  { progress, err, isWatched }: Pick<Terminal, 'progress' | 'err' | 'isWatched'>,
  what: string,
  now: () => number = Date.now,
) {
  let toldAt = now();
  let toldPercent = -1;
  return {
    tell: (done: number, of: number): void => {
      const share = of === 0 ? 1 : Math.min(1, done / of);
      const percent = Math.floor(share * 100);
      if (isWatched) {
        if (percent === toldPercent) return;
        const full = Math.round(share * barWidth);
        progress(`${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent} % of ${of} ${what}`);
        toldPercent = percent;
        return;
      }
      if (now() - toldAt < betweenLinesMs) return;
      toldAt = now();
      err(`${done} of ${of} ${what} (${percent} %)`);
    },
    /** Takes the bar away. */
    end: (): void => progress(''),
  };
}
