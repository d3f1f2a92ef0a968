// Imports of Privy's documents: what came of one, and what the rulebook answers to a request.
import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { DraftCondition, ImportReading } from '../../../src/domain/rulebook-draft.ts';
import { privyLanguage } from '../../../src/platforms/privy/policies.ts';
import { compileRulebook, type CompiledRulebook } from '../../../src/rules/compile.ts';
import { evaluateRulebook } from '../../../src/rules/evaluate.ts';
import { factsOf } from '../../../src/rules/facts.ts';
import { parseRulebook } from '../../../src/rules/parse.ts';
import type { PrivyPast, PrivyRequest } from './reference-form.ts';
import { observe } from './requests.ts';

export type Draft = Extract<ImportReading, { kind: 'draft' }>;

export const payee = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';

export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/privy/${name}.json`, import.meta.url), 'utf8'));
}

export function read(document: unknown, options: Readonly<Record<string, string>> = {}): ImportReading {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return privyLanguage.importPolicies(text, { connection: 'treasury', stage: 'live', options });
}

export function imported(document: unknown, options: Readonly<Record<string, string>> = {}): Draft {
  const reading = read(document, options);
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults));
  return reading;
}

export function compiled({ draft }: Draft): CompiledRulebook {
  const parsed = parseRulebook(stringify({ version: 1, ...draft }));
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults));
  return compileRulebook(parsed.rulebook);
}

/** A policy for one type of chain; its rules allow `eth_sendTransaction` unless they say something else. */
export function aPolicy(rules: readonly object[], change: object = {}): object {
  const filled = rules.map((rule, at) => ({
    id: `rule-${at + 1}`,
    name: `Rule ${at + 1}`,
    method: 'eth_sendTransaction',
    action: 'ALLOW',
    conditions: [],
    ...rule,
  }));
  return { id: 'policy-1', version: '1.0', name: 'Policy', chain_type: 'ethereum', rules: filled, ...change };
}

/** 1,000 wei to the payee on Base. */
export function aRequest(change: Partial<PrivyRequest> = {}): PrivyRequest {
  return {
    chain_type: 'ethereum',
    method: 'eth_sendTransaction',
    unix_seconds: 1_800_000_000,
    transaction: { to: payee, value: '1000', chain_id: '8453', data: '0x' },
    typed_data: null,
    message: null,
    instructions: [],
    fields: {},
    ...change,
  };
}

export function verdictOf(document: unknown, request: PrivyRequest, past: readonly PrivyPast[] = []): string {
  const rulebook = compiled(imported(document));
  const questions = rulebook.sets.flatMap((set) => set.rules.flatMap((rule) => rule.asks));
  return evaluateRulebook(rulebook, factsOf(observe(request, past, questions))).kind;
}

/** The conditions of the first rule that come after its method. */
export function conditionsOf(
  document: unknown,
  options: Readonly<Record<string, string>> = {},
): readonly DraftCondition[] {
  return imported(document, options).draft.sets[0]?.rules[0]?.when.slice(1) ?? [];
}
