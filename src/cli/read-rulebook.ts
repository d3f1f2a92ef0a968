// A rulebook from a file, or every fault of it in words; and the assets that it names.
import { readFileSync } from 'node:fs';
import type { Rulebook } from '../domain/rulebook.ts';
import { readYaml, type DocumentFault } from '../rules/document.ts';
import { assetDefinition, type AssetName } from '../rules/names.ts';
import { parseRulebook } from '../rules/parse.ts';
import { recordOf } from '../rules/unknown.ts';
import { plural } from './words.ts';

export type NamedRulebook = {
  readonly rulebook: Rulebook;
  /** What people call it: the file, or the one in force. */
  readonly name: string;
  readonly assets: ReadonlyMap<string, AssetName>;
  /** Rules that fell back to shadow; a draft has none. */
  readonly demoted: readonly string[];
};

export type RulebookFileReading =
  | { readonly kind: 'read'; readonly named: NamedRulebook }
  | { readonly kind: 'faults'; readonly lines: readonly string[] };

export function readRulebookFile(path: string): RulebookFileReading {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`failed to read the rulebook ${path}`, { cause: error });
  }
  const reading = parseRulebook(text);
  if (reading.kind === 'faults') return { kind: 'faults', lines: faultLines(path, reading.faults) };
  return { kind: 'read', named: { rulebook: reading.rulebook, name: path, assets: assetsIn(text), demoted: [] } };
}

function faultLines(file: string, faults: readonly DocumentFault[]): readonly string[] {
  return [
    `The rulebook has ${plural(faults.length, 'fault')}:`,
    ...faults.flatMap(({ line, path, words, remedy }) => [
      `  ${line === null ? file : `${file}:${line}`}  ${path === '' ? words : `${path} ${words}`}`,
      `      ${remedy}`,
    ]),
  ];
}

/** Of a text that parsed. */
export function assetsIn(text: string): ReadonlyMap<string, AssetName> {
  const yaml = readYaml(text);
  const written = yaml.kind === 'ok' ? recordOf(recordOf(yaml.value)['assets']) : {};
  const assets = new Map<string, AssetName>();
  for (const [name, value] of Object.entries(written)) {
    const reading = assetDefinition.safeParse(value);
    if (reading.success) assets.set(name, reading.data);
  }
  return assets;
}
