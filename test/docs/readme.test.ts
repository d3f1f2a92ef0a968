// What the pages for people promise is there: commands, scripts, files, pictures, rooms and kinds.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createProgram } from '../../src/cli/program.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { platforms } from '../../src/platforms/index.ts';
import { ruleKinds } from '../../src/rules/kinds/index.ts';
import { projectDir, projectFiles } from './files.ts';

const run = promisify(execFile);

const pages = (await projectFiles()).filter((path) => path.endsWith('.md') && !path.startsWith('test/'));
const commands = await commandsNamed();
const program = createProgram({
  terminal: createTerminal({ out: process.stdout, err: process.stderr }),
  loadConfig: refuse,
  loadDemo: refuse,
  setExitCode: refuse,
});

describe('the pages', () => {
  it('name commands of countersign at all', () => {
    expect(commands).toEqual(expect.arrayContaining(['doctor', 'migrate', 'show', 'status', 'audit verify']));
  });

  it.each(commands)('name `countersign %s`, which explains itself', (command) => {
    const chosen = command.split(' ').reduce<Command | undefined>(commandIn, program);

    expect(chosen?.helpInformation()).toContain(`Usage: countersign ${command}`);
  });

  it('name a program that starts and lists all of its commands', async () => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', join(projectDir, 'src/main.ts'), '--help']);

    for (const command of program.commands) expect(stdout).toContain(`  ${command.name()} `);
  });

  it('name only scripts that package.json has', async () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await read('package.json')));

    const named = await found(/\bnpm run ([a-z:]+)/g);

    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('link and show only files that exist', async () => {
    const broken: string[] = [];
    for (const page of pages) {
      const text = await read(page);
      const targets = [...text.matchAll(/\]\(([^)#]*)[^)]*\)|(?:src|srcset)="([^"]+)"/g)];
      for (const [, link, picture] of targets) {
        const target = link ?? picture ?? '';
        if (target === '' || /^https?:/.test(target)) continue;
        if (!existsSync(join(projectDir, dirname(page), target))) broken.push(`${page}: ${target}`);
      }
    }

    expect(broken).toEqual([]);
  });
});

describe('the map in README.md', () => {
  it('shows every room of src', async () => {
    const rooms = (await readdir(join(projectDir, 'src'), { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );

    const map = await read('README.md');

    expect(rooms.map(({ name }) => name).filter((name) => !map.includes(`─ ${name}/`))).toEqual([]);
  });
});

describe('the arrows in README.md', () => {
  it('are those that the linter enforces', async () => {
    const config = lintShape.parse(JSON.parse(await read('.oxlintrc.json')));

    const enforced = config.overrides.flatMap(({ files, rules }) => {
      const { patterns } = rules['no-restricted-imports']?.[1] ?? { patterns: [] };
      return files.flatMap((file) => patterns.flatMap(({ group }) => arrowsFrom(file, group)));
    });

    const shown = [...(await read('README.md')).matchAll(/^([a-z/]+) +→ ([a-z-]+[a-z-/]*(?:, [a-z-/]+)*)$/gm)];
    const drawn = shown.flatMap(([, from, to = '']) => to.split(', ').map((target) => `${from} → ${target}`));
    expect(drawn.length).toBeGreaterThan(20);
    expect(drawn.toSorted()).toEqual([...new Set(enforced)].toSorted());
  });
});

describe('the pages beside the code', () => {
  it('explain every kind of condition, and no other', async () => {
    const table = (await read('src/rules/README.md')).split('## The kinds of condition')[1]?.split('\n## ')[0] ?? '';

    const named = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, kind = '']) => kind);
    expect(named.toSorted()).toEqual(Object.keys(ruleKinds).toSorted());
  });

  it('name every platform that works', async () => {
    const page = await read('src/platforms/README.md');

    expect([...page.matchAll(/^\| `(\w+)` \| works/gm)].map(([, kind]) => kind)).toEqual(Object.keys(platforms));
  });
});

const lintShape = z.object({
  overrides: z.array(
    z.object({
      files: z.array(z.string()),
      rules: z.looseObject({
        'no-restricted-imports': z
          .tuple([z.string(), z.object({ patterns: z.array(z.object({ group: z.array(z.string()) })) })])
          .optional(),
      }),
    }),
  ),
});

/** `src/rules/kinds/**` that may import `../../chains/*`: rules → chains. What stays in one room is no arrow. */
function arrowsFrom(file: string, group: readonly string[]): readonly string[] {
  const folder = posix.dirname(file.replace('/**', '/file').replace('/*/', '/one/'));
  const room = folder === 'src' ? 'config' : roomAt(folder);
  const targets = group
    .filter((entry) => entry.startsWith('!.'))
    .map((entry) => posix.join(folder, entry.slice(1)).replace(/^src\//, ''))
    .map((path) => path.replace(/-\*\.ts$|\.ts$|\/\*$/, ''));
  return targets.filter((target) => !isInside(target, room)).map((target) => `${room} → ${target}`);
}

function roomAt(folder: string): string {
  const [, top = '', inner] = folder.split('/');
  return inner === 'views' ? `${top}/${inner}` : top;
}

function isInside(target: string, room: string): boolean {
  return target === room || target.startsWith(`${room}/`);
}

function commandIn(parent: Command | undefined, name: string): Command | undefined {
  return parent?.commands.find((command) => command.name() === name);
}

function refuse(): never {
  throw new Error('failed to stay quiet: help needs nothing');
}

async function read(path: string): Promise<string> {
  return readFile(join(projectDir, path), 'utf8');
}

async function found(pattern: RegExp): Promise<readonly string[]> {
  const texts = await Promise.all(pages.map(read));
  const names = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? ''));
  return [...new Set(names)].toSorted();
}

/** In code, quoted or as a block: `countersign doctor`, `npx countersign webhook create https://…`. */
async function commandsNamed(): Promise<readonly string[]> {
  const pattern = /(?<=`|npx )countersign ((?:webhook|audit) [a-z]+|[a-z]+)(?=[ `\n])/g;
  const texts = await Promise.all(pages.map(async (page) => codeIn(await read(page))));
  const names = texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? ''));
  return [...new Set(names)].toSorted();
}

function codeIn(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```(?:sh|console)\n([\s\S]*?)^```/gm)].map(([, block]) => block ?? '');
  const spans = [...markdown.matchAll(/`[^`\n]+`/g)].map(([span]) => span);
  return [...blocks, ...spans].join('\n');
}
