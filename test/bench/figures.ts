// What a benchmark says: one figure with its goal, printed as a table for people or as lines of JSON for machines.

export type Goal = {
  readonly sign: '>=' | '<=' | '=';
  readonly value: number;
  /** A missed aim is worth reading; a missed must fails the run. */
  readonly isAim?: boolean;
};

export type Figure = {
  readonly bench: string;
  readonly figure: string;
  /** Null: could not be measured here; `note` says why. */
  readonly value: number | null;
  readonly unit?: string;
  readonly goal: Goal | null;
  readonly note?: string;
};

export type BenchOptions = {
  /** Shorter rounds: for a first look, not for a comparison. */
  readonly isQuick: boolean;
  /** For people who wait; never part of the result. */
  readonly say: (words: string) => void;
};

export type Bench = (options: BenchOptions) => Promise<Figure[]>;

/** Null where there is nothing to compare. */
function isMet({ value, goal }: Figure): boolean | null {
  if (goal === null || value === null) return null;
  if (goal.sign === '>=') return value >= goal.value;
  return goal.sign === '<=' ? value <= goal.value : value === goal.value;
}

export function hasFailed(figures: readonly Figure[]): boolean {
  return figures.some((figure) => figure.goal?.isAim !== true && isMet(figure) === false);
}

export function toJson(figure: Figure): string {
  const { bench, value, note } = figure;
  return JSON.stringify({
    bench,
    figure: nameOf(figure),
    value: value === null ? null : rounded(value),
    goal: wordsOf(figure.goal),
    ok: isMet(figure),
    ...(note === undefined ? {} : { note }),
  });
}

export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.bench,
    nameOf(figure),
    figure.value === null ? '-' : String(rounded(figure.value)),
    wordsOf(figure.goal) ?? '',
    verdictOf(figure),
    figure.note ?? '',
  ]);
  const all = [['bench', 'figure', 'value', 'goal', '', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function nameOf({ figure, unit }: Figure): string {
  return unit === undefined ? figure : `${figure} (${unit})`;
}

function verdictOf(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return '';
  if (met) return 'ok';
  return figure.goal?.isAim === true ? 'below the aim' : 'MISSED';
}

function wordsOf(goal: Goal | null): string | null {
  return goal === null ? null : `${goal.isAim === true ? 'aim ' : ''}${goal.sign} ${goal.value}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? NaN, sorted[middle] ?? NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
