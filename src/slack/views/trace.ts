// The rulebook's trace for Details: every rule that was asked, each condition with what it wanted and what was there.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { rulebookCheck } from '../../domain/verdict.ts';
import { section } from './blocks.ts';
import { code, prose } from './text.ts';

/** Of the hundred blocks that a modal may have; what is beyond them is a tap too far on a phone. */
const maxBlocks = 40;

/** No character becomes longer than nine when it is made visible, so a piece always fits into one section. */
const pieceLength = 280;

const marks: Readonly<Record<string, string>> = { yes: '✅', no: '❌', unknown: '✋' };

/** Empty when no rulebook was asked. Nothing in a line is cut; lines that do not fit are counted. */
export function traceBlocks(view: ApprovalView): readonly KnownBlock[] {
  const trace = view.findings.find((finding) => finding.check === rulebookCheck)?.evidence['trace'] ?? '';
  const lines = trace.split('\n').filter((line) => line !== '');
  if (lines.length === 0) return [];
  const legend = '✅ holds  ·  ❌ does not  ·  ✋ not known';
  const blocks = texts('trace', [legend, ...lines.flatMap(traceLine)]);
  if (blocks.length <= maxBlocks) return blocks;
  return [...blocks.slice(0, maxBlocks), section('trace-more', `There is more of it. ${everything(view)}`)];
}

/** Where nothing is left out. */
export function everything(view: Pick<ApprovalView, 'platformId'>): string {
  return `Everything: ${code(`countersign show ${view.platformId}`, 200)}`;
}

/** Sections of lines, each section below Slack's limit, no line lost. */
export function texts(id: string, lines: readonly string[]): readonly KnownBlock[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + line.length < 2600) sections[sections.length - 1] = `${last}\n${line}`;
    else sections.push(line);
  }
  return sections.map((text) => section(id, text));
}

/** As `rules/explain.ts` writes it: a rule, or, indented, one of its conditions. */
function traceLine(line: string): readonly string[] {
  const [, indent = '', mark = '', words = line] = /^( *)(yes|no|unknown) (.*)$/u.exec(line) ?? [];
  const shown = marks[mark] ?? '•';
  const depth = indent.length / 2;
  const lead = depth === 0 ? `\n${shown} ` : `${'      '.repeat(depth)}${shown} `;
  return piecesOf(words).map((piece, index) => `${index === 0 ? lead : ''}${prose(piece, Number.POSITIVE_INFINITY)}`);
}

function piecesOf(text: string): readonly string[] {
  const characters = Array.from(text);
  const count = Math.max(1, Math.ceil(characters.length / pieceLength));
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * pieceLength, (index + 1) * pieceLength).join(''),
  );
}
