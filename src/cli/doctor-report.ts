// What `doctor` found, section by section: a mark, what was seen, and what to do about it. Pure.
import type { Diagnosis } from '../platforms/platform.ts';
import { printable, type Terminal } from './terminal.ts';
import { plural } from './words.ts';

export type Section = { readonly title: string; readonly lines: readonly Diagnosis[] };

export type Report = {
  readonly ok: boolean;
  readonly faults: number;
  readonly warnings: number;
  readonly sections: readonly Section[];
};

export function ok(name: string, words: string): Diagnosis {
  return { name, outcome: 'ok', words, remedy: null };
}

export function warning(name: string, words: string, remedy: string): Diagnosis {
  return { name, outcome: 'warning', words, remedy };
}

export function fault(name: string, words: string, remedy: string): Diagnosis {
  return { name, outcome: 'fault', words, remedy };
}

export function reportOf(sections: readonly Section[]): Report {
  const count = (outcome: Diagnosis['outcome']) =>
    sections.flatMap(({ lines }) => lines).filter((line) => line.outcome === outcome).length;
  const faults = count('fault');
  return { ok: faults === 0, faults, warnings: count('warning'), sections };
}

const marks = { ok: ['green', '✓'], warning: ['yellow', '!'], fault: ['red', '✗'] } as const;

export function describeReport(report: Report, paint: Terminal['paint']): readonly string[] {
  const lines = report.sections.flatMap(({ title, lines: entries }) => [
    paint('bold', title),
    ...entries.flatMap((entry) => {
      const [colour, mark] = marks[entry.outcome];
      const remedy = entry.remedy === null ? [] : [`      ${paint('dim', '→')} ${printable(entry.remedy)}`];
      return [`  ${paint(colour, mark)} ${printable(entry.name)}: ${printable(entry.words)}`, ...remedy];
    }),
    '',
  ]);
  const { faults, warnings } = report;
  if (faults === 0 && warnings === 0) return [...lines, paint('green', 'Everything is in order.')];
  const summary = [
    ...(faults > 0 ? [paint('red', plural(faults, 'fault'))] : []),
    ...(warnings > 0 ? [paint('yellow', plural(warnings, 'warning'))] : []),
  ].join(', ');
  return [...lines, `${summary}. Every arrow says what to do.`];
}

/** Messages that say what is wrong, and in their next sentence what to do about it. */
export function splitRemedy(text: string, otherwise: string): { readonly words: string; readonly remedy: string } {
  const [words = text, ...rest] = text.split(/(?<=[\w)"'])\. (?=[A-Z])/);
  return { words, remedy: rest.length === 0 ? otherwise : rest.join('. ') };
}
