// The tree is what a stranger's clone is: nothing of the machine that it was written on, and a top level that stays.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectDir, projectFiles, textFiles } from './files.ts';

/** Where packages or images come from is for whoever installs to say. */
const registryHosts = [
  /\b(?:registry|npm|docker|artifacts?|packages?|nexus|mirror)\.[a-z0-9.-]+\.(?:org|com|io|dev|net|cloud|local|internal)\b/i,
  /\b(?:ghcr|quay|gcr|docker|pkg)\.(?:io|dev)\b/i,
  /\bnpmjs\.(?:org|com)\b/i,
  /^\s*registry\s*=/m,
];

const pathsOfOneMachine = /(?<![\w.~/-])\/(?:work|root|home|Users)\/\w/;

describe('the tree', () => {
  it('names no registry host', async () => {
    expect(await filesThatSay(registryHosts)).toEqual([]);
  });

  it('names no folder of one machine', async () => {
    expect(await filesThatSay([pathsOfOneMachine])).toEqual([]);
  });

  it('has a lock file that says what a package is, and not where it comes from', async () => {
    const lock = await readFile(join(projectDir, 'package-lock.json'), 'utf8');

    expect(lock).toContain('"integrity"');
    expect(lock).not.toMatch(/"resolved":\s*"https?:/);
  });

  it('keeps its top level: four folders, and what tools look for there', async () => {
    const top = new Set((await projectFiles()).map((path) => path.split('/')[0] ?? ''));

    const others = [...top].filter((name) => !name.startsWith('.') && !topLevel.has(name) && !toolFile.test(name));
    expect(others).toEqual([]);
  });
});

const topLevel = new Set(
  'src drizzle test manifests package.json package-lock.json tsconfig.json README.md LICENSE SECURITY.md CHANGELOG.md'.split(
    ' ',
  ),
);

const toolFile = /^(?:tsconfig\.\w+\.json|knip\.jsonc|[a-z]+\.config\.ts)$/;

async function filesThatSay(patterns: readonly RegExp[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of await textFiles()) {
    const text = await readFile(join(projectDir, path), 'utf8');
    for (const pattern of patterns) {
      const match = pattern.exec(text);
      if (match !== null) found.push(`${path}: ${match[0]}`);
    }
  }
  return found;
}
