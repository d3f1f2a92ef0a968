// Rows of a file of payments: CSV (RFC 4180) or JSON lines, each with the line that it starts on; every fault at once.

export type FileRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> };

export type RowFault = { readonly line: number; readonly words: string; readonly remedy: string };

export type RowsReading = { readonly rows: readonly FileRow[]; readonly faults: readonly RowFault[] };

const columns = [
  'reference',
  'at',
  'wallet',
  'network',
  'asset',
  'recipient',
  'initiator',
  'activity',
  'amount',
  'value',
  'currency',
] as const;

const columnList = columns.join(', ');

/** JSON lines start with an object, CSV with the names of its columns. */
export function readRows(text: string): RowsReading {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return content.trimStart().startsWith('{') ? readJsonLines(content) : readCsv(content);
}

function readCsv(text: string): RowsReading {
  const { records, unclosed } = splitCsv(text);
  const [head, ...others] = records;
  const faults: RowFault[] = [];
  if (unclosed !== null) {
    faults.push({ line: unclosed, words: 'a quotation mark is not closed', remedy: 'Close it, or write "" for one.' });
  }
  if (head === undefined) {
    return { rows: [], faults: [{ line: 1, words: 'the file is empty', remedy: `Its first line is: ${columnList}` }] };
  }
  const names = head.cells.map((cell) => cell.trim());
  faults.push(...nameFaults(head.line, names));
  const rows = others.flatMap(({ line, cells }): FileRow[] => {
    if (cells.length === names.length) {
      return [{ line, cells: Object.fromEntries(names.map((name, place) => [name, (cells[place] ?? '').trim()])) }];
    }
    const words = `it has ${cells.length} cells, the first line has ${names.length}`;
    faults.push({ line, words, remedy: 'Put a text that holds a comma in quotation marks.' });
    return [];
  });
  return { rows, faults };
}

function nameFaults(line: number, names: readonly string[]): readonly RowFault[] {
  const known = new Set<string>(columns);
  const faults = names
    .filter((name) => !known.has(name))
    .map((name) => ({ line, words: `there is no column "${name}"`, remedy: `The columns are: ${columnList}.` }));
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) faults.push({ line, words: `"${twice}" is there twice`, remedy: 'Keep one of them.' });
  return faults;
}

type CsvRecord = { line: number; cells: string[] };

/** A quoted cell may hold commas, line ends and doubled quotation marks. Blank lines are passed over. */
function splitCsv(text: string): { records: readonly CsvRecord[]; unclosed: number | null } {
  const records: CsvRecord[] = [];
  let [line, startedAt, place] = [1, 1, 0];
  let cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (place < text.length || cells.length > 0) {
    cell.lastIndex = place;
    const match = cell.exec(text);
    if (match === null) return { records, unclosed: line };
    const [whole, quoted, plain, end] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    line += whole.split('\n').length - 1;
    place = cell.lastIndex;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: startedAt, cells });
    cells = [];
    startedAt = line;
  }
  return { records, unclosed: null };
}

function readJsonLines(text: string): RowsReading {
  const rows: FileRow[] = [];
  const faults: RowFault[] = [];
  text.split('\n').forEach((content, index) => {
    if (content.trim() === '') return;
    const line = index + 1;
    const reading = cellsOf(content);
    if (reading.kind === 'fault') faults.push({ line, words: reading.words, remedy: reading.remedy });
    else {
      faults.push(...nameFaults(line, Object.keys(reading.cells)));
      rows.push({ line, cells: reading.cells });
    }
  });
  return { rows, faults };
}

type CellsReading =
  | { readonly kind: 'ok'; readonly cells: Record<string, string> }
  | { readonly kind: 'fault'; readonly words: string; readonly remedy: string };

function cellsOf(line: string): CellsReading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { kind: 'fault', words: 'it is not JSON', remedy: 'Write one JSON object per line.' };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { kind: 'fault', words: 'it is not an object', remedy: 'Write one JSON object per line.' };
  }
  const entries: readonly (readonly [string, unknown])[] = Object.entries(parsed);
  const cells: [string, string][] = [];
  for (const [name, value] of entries) {
    if (value === null) continue;
    const text = Array.isArray(value) && value.every((part) => typeof part === 'string') ? value.join(' ') : value;
    if (typeof text !== 'string') {
      const remedy = 'Write it in quotation marks: a JSON number loses digits, and here every digit counts.';
      return { kind: 'fault', words: `"${name}" is not a text`, remedy };
    }
    cells.push([name, text.trim()]);
  }
  return { kind: 'ok', cells: Object.fromEntries(cells) };
}
