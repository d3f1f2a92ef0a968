// The opponents, each prepared once for the same policies: they answer whether some policy triggers.
import { setFlagsFromString } from 'node:v8';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { Engine } from 'json-rules-engine';
import { compileSet } from '../../src/rules/compile.ts';
import { evaluateRulebook, outcomesOf } from '../../src/rules/evaluate.ts';
import { factsOf, type Facts } from '../../src/rules/facts.ts';
import { outcome } from '../../src/rules/prepared.ts';
import { leafOf } from '../../src/rules/rule-index.ts';
import { asObservation, asRuleSet, type Policy, type Request } from './policy-world.ts';

export type PolicyEngine = {
  readonly name: string;
  /** Prepares a request outside of what is measured, and returns what is measured. */
  readonly prepare: (request: Request) => () => boolean | Promise<boolean>;
};

const at = Date.UTC(2026, 0, 1);

export function countersign(policies: readonly Policy[]): PolicyEngine {
  const compiled = { hash: 'bench', sets: [compileSet(asRuleSet(policies))] };
  return {
    name: 'Countersign',
    prepare: (request) => {
      const facts = factsOf(asObservation(request, at));
      return () => {
        const answer = evaluateRulebook(compiled, facts);
        return answer.kind === 'abstain' && answer.because === 'objection';
      };
    },
  };
}

/** The same conditions, without the index. */
export function countersignLinear(policies: readonly Policy[]): PolicyEngine {
  // Of the same shape as the index has them, so that both are compiled alike.
  const leaf = leafOf(compileSet(asRuleSet(policies)).rules, []);
  const rules = leaf.kind === 'leaf' ? leaf.whole : [];
  const asks = (facts: Facts) => {
    let heard = 0;
    for (const rule of rules) if (outcomesOf(rule, facts) !== outcome.silent) heard += 1;
    return heard > 0;
  };
  return {
    name: 'Countersign without its index',
    prepare: (request) => {
      const facts = factsOf(asObservation(request, at));
      return () => asks(facts);
    },
  };
}

export function jsonRulesEngine(policies: readonly Policy[]): PolicyEngine {
  const engine = new Engine([], { allowUndefinedFacts: false });
  engine.addOperator('above', (amount: bigint, limit: bigint) => amount > limit);
  for (const { id, wallet, assets, limit } of policies) {
    engine.addRule({
      name: id,
      event: { type: id },
      conditions: {
        all: [
          { fact: 'wallet', operator: 'equal', value: wallet },
          { fact: 'asset', operator: 'in', value: [...assets] },
          { fact: 'amount', operator: 'above', value: limit },
        ],
      },
    });
  }
  return {
    name: 'json-rules-engine',
    prepare: (request) => async () => (await engine.run({ ...request })).events.length > 0,
  };
}

const casbinModel = `
[request_definition]
r = wallet, asset, amount
[policy_definition]
p = wallet, assets, limit
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.wallet == p.wallet && isListed(r.asset, p.assets) && isAbove(r.amount, p.limit)
`;

export async function casbin(policies: readonly Policy[]): Promise<PolicyEngine> {
  const lines = policies.map(({ wallet, assets, limit }) => `p, ${wallet}, ${assets.join('|')}, ${limit}`);
  const enforcer = await newEnforcer(newModelFromString(casbinModel), new StringAdapter(lines.join('\n')));
  await enforcer.addFunction('isListed', (asset: string, listed: string) => listed.split('|').includes(asset));
  await enforcer.addFunction('isAbove', isAbove);
  return {
    name: 'casbin',
    prepare: ({ wallet, asset, amount }) => {
      const digits = amount.toString();
      return () => enforcer.enforce(wallet, asset, digits);
    },
  };
}

/** Digits without leading zeros compare as texts, faster than as numbers. */
function isAbove(amount: string, limit: string): boolean {
  return amount.length === limit.length ? amount > limit : amount.length > limit.length;
}

/** Its integers have 64 bits, so amounts are cut down until the largest fits, and neighbours become equal. */
const cedarShift = 256n - 62n;

export function cedar(policies: readonly Policy[]): PolicyEngine {
  // Node 20 aborts when it takes back optimised code into which it inlined a call of WebAssembly.
  setFlagsFromString('--no-turbo-inline-js-wasm-calls');
  const id = `bench-${policies.length}`;
  const texts = policies.map(
    ({ wallet, assets, limit }) =>
      `permit(principal, action, resource) when { context.wallet == "${wallet}" && ["${assets[0]}", "${assets[1]}"].contains(context.asset) && context.amount > ${limit >> cedarShift} };`,
  );
  const parsed = preparsePolicySet(id, { staticPolicies: texts.join('\n') });
  if (parsed.type === 'failure') throw new Error(`failed to parse the policies: ${JSON.stringify(parsed.errors)}`);
  const call = {
    principal: { type: 'User', id: 'a' },
    action: { type: 'Action', id: 'send' },
    resource: { type: 'Wallet', id: 'w' },
    preparsedPolicySetId: id,
    entities: [],
  };
  return {
    name: 'cedar-wasm',
    prepare: ({ wallet, asset, amount }) => {
      const context = { wallet, asset, amount: Number(amount >> cedarShift) };
      return () => {
        const answer = statefulIsAuthorized({ ...call, context });
        if (answer.type === 'failure') throw new Error(`failed to decide: ${JSON.stringify(answer.errors)}`);
        return answer.response.decision === 'allow';
      };
    },
  };
}
