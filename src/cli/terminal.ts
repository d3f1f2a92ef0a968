// Where commands write: lines to standard output or error, colours only where somebody looks, and nothing that a
// hostile text could do to a terminal.
import { styleText } from 'node:util';

export type Colour = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

export type Terminal = {
  /** One line of the answer. */
  readonly out: (line?: string) => void;
  /** One line about the answer: progress, faults. */
  readonly err: (line?: string) => void;
  /** A line that the next one overwrites; nothing where nobody looks. */
  readonly progress: (line: string) => void;
  readonly paint: (colour: Colour, text: string) => string;
  /** Somebody watches `progress`; otherwise a long command says a line now and then. */
  readonly isWatched: boolean;
  /** How wide the answer may be; null where it does not end up on a screen. */
  readonly columns: number | null;
};

type Stream = Pick<NodeJS.WriteStream, 'write'> &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors' | 'columns' | 'on'>>;

/** Node's own `hasColors` knows NO_COLOR, FORCE_COLOR and TERM=dumb: https://no-color.org */
export function createTerminal(streams: { out: Stream; err: Stream }): Terminal {
  const { out, err } = streams;
  const isColoured = out.isTTY === true && out.hasColors?.() === true;
  const [toOut, toErr] = [writerTo(out), writerTo(err)];
  return {
    out: (line = '') => toOut(`${line}\n`),
    err: (line = '') => toErr(`${line}\n`),
    progress: (line) => {
      if (err.isTTY === true) toErr(`\r\u001b[2K${line}`);
    },
    // The stream was asked above, by us and not once for all streams.
    paint: (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text),
    isWatched: err.isTTY === true,
    columns: out.isTTY === true ? (out.columns ?? null) : null,
  };
}

/**
 * Where whoever read has gone (`| head` goes after its lines), nothing more is written and nothing is said; the command
 * goes on to its end and its own exit code, because work that is half done is worse than an answer that nobody reads.
 */
function writerTo(stream: Stream): (text: string) => void {
  let isHeard = true;
  stream.on?.('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isHeard = false;
  });
  return (text) => {
    if (isHeard) stream.write(text);
  };
}

/** Control, direction and invisible characters: they could recolour, hide or reorder what a terminal shows. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

const maxLength = 2000;

/** Text from outside, made safe to show: what cannot be seen becomes its code point. */
export function printable(text: string): string {
  const shown = text.replaceAll(unprintable, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return shown.length <= maxLength ? shown : `${shown.slice(0, maxLength)}…`;
}

/** Columns as wide as their widest cell, separated by two blanks. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell))));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - lengthOf(cell)),
      )
      .join('  ')
      .trimEnd(),
  );
}

function lengthOf(cell: string): number {
  return Array.from(cell).length;
}
