// Turns schema findings into the words Slack uses, each with a JSON pointer to the fault.
import type { z } from 'zod';
import { isObject, type Json } from '../json.ts';

export type Problem = { pointer: string; message: string };

/** As in `response_metadata.messages`: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
export function sentence(problem: Problem): string {
  return `${problem.message} [json-pointer:${problem.pointer}]`;
}

type Issue = z.core.$ZodIssue;

function pointerOf(root: string, path: readonly PropertyKey[]): string {
  return [root, ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

function valueAt(document: Json, path: readonly PropertyKey[]): Json | undefined {
  let value: Json | undefined = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isObject(value)) value = value[String(part)];
    else return undefined;
  }
  return value;
}

function size(issue: { origin: string; limit: number }, relation: 'less' | 'more'): string {
  if (issue.origin === 'array') {
    return relation === 'less'
      ? `no more than ${issue.limit} items allowed`
      : `no fewer than ${issue.limit} items allowed`;
  }
  const unit = issue.origin === 'string' ? ' characters' : '';
  return relation === 'less'
    ? `must be less than ${issue.limit + 1}${unit}`
    : `must be more than ${issue.limit - 1}${unit}`;
}

function missingOrWrong(issue: Issue, document: Json, root: string, expected: string): Problem {
  const field = issue.path.at(-1);
  if (valueAt(document, issue.path) === undefined && field !== undefined) {
    return { pointer: pointerOf(root, issue.path.slice(0, -1)), message: `missing required field: ${String(field)}` };
  }
  return { pointer: pointerOf(root, issue.path), message: `must provide ${expected}` };
}

function fromUnion(issue: Issue, document: Json, root: string): Problem {
  const parent = valueAt(document, issue.path.at(-1) === 'type' ? issue.path.slice(0, -1) : issue.path);
  const pointer = pointerOf(root, issue.path.at(-1) === 'type' ? issue.path : [...issue.path, 'type']);
  if (isObject(parent) && parent['type'] !== undefined) {
    return { pointer, message: `unsupported type: ${JSON.stringify(parent['type']).replaceAll('"', '')}` };
  }
  return missingOrWrong(issue, document, root, 'an object of a known type');
}

function fromIssue(issue: Issue, document: Json, root: string): Problem[] {
  const pointer = pointerOf(root, issue.path);
  switch (issue.code) {
    case 'too_big':
      return [{ pointer, message: size({ origin: issue.origin, limit: Number(issue.maximum) }, 'less') }];
    case 'too_small':
      return [{ pointer, message: size({ origin: issue.origin, limit: Number(issue.minimum) }, 'more') }];
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer, message: `invalid additional property: ${key}` }));
    case 'invalid_type':
      return [missingOrWrong(issue, document, root, `a ${issue.expected}`)];
    case 'invalid_value':
      return [missingOrWrong(issue, document, root, `one of: ${issue.values.map(String).join(', ')}`)];
    case 'invalid_union':
      return [fromUnion(issue, document, root)];
    case 'custom':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
      return [{ pointer, message: issue.message }];
  }
}

export function problemsOf(schema: z.ZodType, document: Json, root: string): Problem[] {
  const outcome = schema.safeParse(document);
  return outcome.success ? [] : outcome.error.issues.flatMap((issue) => fromIssue(issue, document, root));
}
