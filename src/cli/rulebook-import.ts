// countersign rulebook import: the policies of a custody platform as a draft of our own, and what could not be carried over.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import type { Draft, ImportReading, PolicyLanguage } from '../domain/rulebook-draft.ts';
import { connectPlatforms } from '../platforms/index.ts';
import { policyLanguages } from '../platforms/policy-languages.ts';
import { suggestion } from '../rules/document.ts';
import { parseRulebook } from '../rules/parse.ts';
import { scopeLines, writeRulebook } from '../rules/write.ts';
import { run, type CommandDeps, type ExitCode } from './command.ts';
import { faultLines, readText } from './rulebook-faults.ts';
import { printable } from './terminal.ts';
import { plural } from './words.ts';

type Options = {
  readonly connection?: string;
  readonly platform?: string;
  readonly option?: readonly string[];
  readonly stage: 'shadow' | 'live';
  readonly out?: string;
  readonly json?: true;
};

/** What is imported: the policies as text, whose language it is, and what people call it. */
type Subject = {
  readonly text: string;
  readonly language: PolicyLanguage;
  readonly name: string;
  readonly connection: string | null;
};

export function addRulebookImport(rulebook: Command, deps: CommandDeps): void {
  rulebook
    .command('import')
    .argument('[file]', 'policies as the platform exports them, in JSON; left out: read from --connection')
    .option(
      '--connection <name>',
      'what the draft is about, every connection when left out; without a file its policies are read live',
    )
    .option(
      '--platform <name>',
      `whose policies they are: ${policyLanguages.map(({ platform }) => platform).join(', ')}`,
    )
    .option('--option <key=value...>', 'where the platform leaves a choice; see below')
    .addOption(new Option('--stage <stage>', 'of the rules that allow').choices(['shadow', 'live']).default('shadow'))
    .option('-o, --out <file>', 'write the draft to this file instead of standard output')
    .option('--json', 'print one JSON object')
    .description("turn a platform's policies into a draft; nothing is put in force")
    .addHelpText(
      'after',
      `
Only an explicit allow can approve: a platform's default never does. What could not be carried over is listed line by
line, and stands in the draft as something that is never known. Exit code 2 when the policies have faults.
${optionHelp()}
Examples:
  countersign rulebook import policies.json -o draft.yaml
  countersign rulebook import policies.json --platform cubewire --connection treasury -o draft.yaml
  countersign rulebook import --connection treasury -o draft.yaml`,
    )
    .action((file: string | undefined, options: Options) => run(deps, () => importInto(deps, file, options)));
}

function optionHelp(): string {
  const lines = policyLanguages.flatMap(({ platform, options }) =>
    Object.entries(options).map(([key, words]) => `  ${platform}: --option ${key}=…  ${words}`),
  );
  return lines.length === 0 ? '' : `\nChoices:\n${lines.join('\n')}\n`;
}

async function importInto(deps: CommandDeps, file: string | undefined, options: Options): Promise<ExitCode> {
  const subject = file === undefined ? await readLive(deps, options) : readFile(file, options);
  const { language, text, name, connection } = subject;
  const reading = language.importPolicies(text, {
    connection,
    stage: options.stage,
    options: chosen(language, options.option ?? []),
  });
  if (reading.kind === 'faults') return refuse(deps, subject, reading, options);
  const hash = createHash('sha256').update(text).digest('hex');
  const source = [`Imported from ${language.platform}: ${name} (SHA-256 ${hash}).`];
  const draft = writeRulebook(reading.draft, { source, remarks: reading.remarks });
  const check = parseRulebook(draft);
  if (options.out !== undefined) writeFileSync(options.out, draft);
  const { terminal } = deps;
  if (options.json === true) {
    const printed = { platform: language.platform, connection, draft, remarks: reading.remarks };
    terminal.out(JSON.stringify(printed));
  } else {
    if (options.out === undefined) terminal.out(draft.replace(/\n$/, ''));
    report(deps, subject, reading, options.out);
  }
  if (check.kind === 'ok') return 0;
  // What an import writes must parse; if it does not, whoever reads the draft should know at once.
  terminal.err(
    `The draft has ${plural(check.faults.length, 'fault')}, to be corrected by hand before it can be applied:`,
  );
  for (const line of faultLines(options.out ?? 'draft', check.faults)) terminal.err(line);
  return 1;
}

function refuse(
  { terminal }: CommandDeps,
  { name, language }: Subject,
  { faults }: Extract<ImportReading, { kind: 'faults' }>,
  options: Options,
): ExitCode {
  if (options.json === true) terminal.out(JSON.stringify({ platform: language.platform, faults }));
  else {
    terminal.err(`Nothing was written: ${printable(name)} has ${plural(faults.length, 'fault')}.`);
    const placed = faults.map((fault) => ({ ...fault, line: null }));
    for (const line of faultLines(printable(name), placed)) terminal.err(line);
  }
  return 2;
}

/** On standard error, so that the draft itself can be piped. */
function report(
  { terminal }: CommandDeps,
  { language, name }: Subject,
  { draft, remarks }: Extract<ImportReading, { kind: 'draft' }>,
  out: string | undefined,
): void {
  const where = out === undefined ? '' : ` into ${out}`;
  terminal.err(`${plural(countOf(draft), 'rule')} imported from ${language.platform} (${printable(name)})${where}.`);
  for (const line of scopeLines(draft)) terminal.err(line);
  if (remarks.length === 0) terminal.err('Everything was carried over as it was.');
  else terminal.err(`${plural(remarks.length, 'thing')} could not be carried over in full:`);
  for (const { place, words, instead } of remarks) {
    terminal.err(`  ${printable(place)}: ${printable(words)}`);
    terminal.err(`      Instead: ${printable(instead)}`);
  }
  terminal.err('It is a draft: check it, then put it in force with `countersign rulebook apply <file> --by <person>`.');
}

function countOf(draft: Draft): number {
  return draft.sets.reduce((sum, set) => sum + set.rules.length, 0);
}

function readFile(file: string, { platform, connection }: Options): Subject {
  const text = readText(file);
  const language = platform === undefined ? recognised(file, text) : languageOf(platform);
  return { text, language, name: basename(file), connection: connection ?? null };
}

function recognised(file: string, text: string): PolicyLanguage {
  const document = parsed(file, text);
  const matching = policyLanguages.filter((language) => language.recognises(document));
  const [only, ...others] = matching;
  if (only !== undefined && others.length === 0) return only;
  const names = (only === undefined ? policyLanguages : matching).map(({ platform }) => platform).join(', ');
  throw new Error(
    only === undefined
      ? `${file} does not look like the policies of a platform that is known here. Say which with --platform: ${names}.`
      : `${file} could be of several platforms. Say which with --platform: ${names}.`,
  );
}

function parsed(file: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new Error(`${file} is not JSON`, { cause: error });
  }
}

function languageOf(platform: string): PolicyLanguage {
  const language = policyLanguages.find((each) => each.platform === platform);
  if (language !== undefined) return language;
  const known = policyLanguages.map((each) => each.platform);
  throw new Error(`Policies of "${printable(platform)}" cannot be imported. ${suggestion(platform, known)}`);
}

/** Live, with the account that the configuration names. */
async function readLive(deps: CommandDeps, { connection, platform }: Options): Promise<Subject> {
  if (connection === undefined) throw new Error('Name a file with policies, or a --connection to read them from.');
  const reading = deps.loadConfig();
  if (reading.kind === 'faults') throw new Error('The configuration has faults: `countersign doctor` lists them.');
  const found = connectPlatforms(reading.config.connections, Date.now).get(connection);
  const known = reading.config.connections.map(({ name }) => name);
  if (found === undefined) {
    throw new Error(`There is no connection "${printable(connection)}". ${suggestion(connection, known)}`);
  }
  if (found.readPolicies === undefined) {
    throw new Error(`The policies of "${connection}" cannot be read live. Export them there, and import the file.`);
  }
  const policies = await found.readPolicies();
  if (policies.kind === 'unavailable')
    throw new Error(`The policies of "${connection}" could not be read: ${policies.reason}`);
  return {
    text: policies.text,
    language: languageOf(platform ?? found.platform),
    name: `connection ${connection}`,
    connection,
  };
}

function chosen(language: PolicyLanguage, given: readonly string[]): Readonly<Record<string, string>> {
  const known = Object.keys(language.options);
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      const [key, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
      if (at < 1 || value === '') throw new Error(`--option must be key=value, not "${printable(text)}"`);
      if (!known.includes(key)) {
        throw new Error(`${language.platform} has no option "${printable(key)}". ${suggestion(key, known)}`);
      }
      return [key, value];
    }),
  );
}
