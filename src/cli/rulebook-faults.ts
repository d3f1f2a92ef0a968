// Faults of a rulebook for the terminal: each with its file and line, what is wrong, and what to do.
import { readFileSync } from 'node:fs';
import type { DocumentFault } from '../rules/document.ts';
import { printable } from './terminal.ts';

/** `rulebook.yaml:12  rules[0].when is missing`, and below it what to do. */
export function faultLines(file: string, faults: readonly DocumentFault[]): readonly string[] {
  return faults.flatMap(({ line, path, words, remedy }) => [
    `  ${line === null ? file : `${file}:${line}`}  ${printable(path === '' ? words : `${path} ${words}`)}`,
    `      ${printable(remedy)}`,
  ]);
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`failed to read ${path}`, { cause: error });
  }
}
