// Conditions as they are written: one kind each, or `any`, `all` and `not` around others.
import type { Condition, ConditionTree } from '../domain/rulebook.ts';
import { faultsIn, suggestion, type Place, type PlacedFault } from './document.ts';
import { ruleKinds } from './kinds/index.ts';
import type { Names } from './names.ts';
import { isRecord, listOf, recordOf } from './unknown.ts';

export type Reading = { readonly names: Names; readonly faults: PlacedFault[] };

const groups = ['any', 'all', 'not'] as const;

const deepest = 8;

/** Stands for what could not be read; a fault was reported, so it never reaches a rulebook. */
const unread: ConditionTree = { logic: 'one', condition: { kind: '' } };

export function readTrees(written: unknown, place: Place, reading: Reading, depth = 0): readonly ConditionTree[] {
  if (!Array.isArray(written) || written.length === 0) {
    const words = written === undefined ? 'is missing' : 'must be a list of conditions, not empty';
    reading.faults.push({
      place,
      words,
      remedy: 'List conditions, each with its `kind`; `kind: always` is always true.',
    });
    return [];
  }
  return listOf(written).map((entry, at) => readTree(entry, [...place, at], reading, depth));
}

function readTree(written: unknown, place: Place, reading: Reading, depth: number): ConditionTree {
  const refuse = (words: string, remedy: string): ConditionTree => {
    reading.faults.push({ place, words, remedy });
    return unread;
  };
  if (!isRecord(written)) return refuse('must be a condition', 'Write e.g. `- { kind: activity, in: [transfer] }`.');
  const group = 'kind' in written ? undefined : groups.find((key) => Object.hasOwn(written, key));
  if (group === undefined) return { logic: 'one', condition: readCondition(written, place, reading) };
  if (Object.keys(written).length > 1) {
    return refuse(`has other keys beside \`${group}\``, 'Make each a condition of its own in the list.');
  }
  if (depth >= deepest) return refuse(`is nested deeper than ${deepest}`, 'Split the rule in two.');
  if (group !== 'not') return { logic: group, of: readTrees(written[group], [...place, group], reading, depth + 1) };
  return { logic: 'not', of: readTree(written['not'], [...place, 'not'], reading, depth + 1) };
}

function readCondition(
  written: Readonly<Record<string, unknown>>,
  place: Place,
  { names, faults }: Reading,
): Condition {
  const { kind, ...settings } = written;
  const known = Object.keys(ruleKinds);
  const ruleKind = typeof kind === 'string' && known.includes(kind) ? ruleKinds[kind] : undefined;
  if (ruleKind === undefined) {
    const words = typeof kind === 'string' ? `"${kind}" is not a kind of condition` : 'is missing';
    const remedy =
      typeof kind === 'string' ? suggestion(kind, known) : `Write \`kind:\` with one of: ${known.join(', ')}.`;
    faults.push({ place: [...place, 'kind'], words, remedy });
    return { kind: '' };
  }
  // The list's own fault is reported already; what its entries should have been can't be said.
  if (faults.some((fault) => fault.place[0] === 'lists' && settings['in'] === `$${String(fault.place[1])}`)) {
    return { kind: ruleKind.kind };
  }
  const resolved = ruleKind.resolve(settings, names);
  if (resolved.faults.length > 0) {
    faults.push(...resolved.faults.map((fault) => ({ ...fault, place: [...place, ...fault.place] })));
    return { kind: ruleKind.kind };
  }
  const reading = ruleKind.settings.safeParse(resolved.settings);
  if (!reading.success) {
    const found = faultsIn({ error: reading.error, value: resolved.settings, place: [], remedyFor: () => undefined });
    faults.push(...found.map((fault) => ({ ...fault, place: writtenPlace(fault.place, place, resolved.settings) })));
  }
  return { kind: ruleKind.kind, ...resolved.settings };
}

/** Members were moved one level down by `resolve`, or came from a list: the fault belongs where they were written. */
function writtenPlace(inSettings: Place, place: Place, settings: Readonly<Record<string, unknown>>): Place {
  const [setting, step, ...rest] = inSettings;
  if (setting !== 'in' || step !== 'values') return [...place, ...inSettings];
  const { list } = recordOf(settings['in']);
  return typeof list === 'string' ? ['lists', list, ...rest] : [...place, 'in', ...rest];
}
