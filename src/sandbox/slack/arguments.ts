// Web API arguments: form or JSON bodies, read into one object, and summed up for the record of calls.
import type { Request } from 'express';
import { isObject, objectsAt, parseJson, textAt, type Json, type JsonObject } from './json.ts';
import { structured } from './methods/registry.ts';

export type Arguments = { kind: 'read'; args: JsonObject } | { kind: 'refused'; error: string };

export function readArguments(request: Request): Arguments {
  const query: JsonObject = {};
  for (const [key, value] of Object.entries(request.query)) if (typeof value === 'string') query[key] = value;
  const body: unknown = request.body;
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
  if (text === '') return { kind: 'read', args: structured(query) };
  const [type = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  switch (type.trim()) {
    case 'application/x-www-form-urlencoded':
      return { kind: 'read', args: structured({ ...query, ...Object.fromEntries(new URLSearchParams(text)) }) };
    case 'application/json': {
      const parsed = parseJson(text);
      if (parsed === undefined) return { kind: 'refused', error: 'invalid_json' };
      return isObject(parsed)
        ? { kind: 'read', args: structured({ ...query, ...parsed }) }
        : { kind: 'refused', error: 'json_not_object' };
    }
    case '':
      return { kind: 'refused', error: 'missing_post_type' };
    default:
      return { kind: 'refused', error: 'invalid_post_type' };
  }
}

export function tokenOf(request: Request, args: JsonObject): string | undefined {
  const header = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '');
  return header?.[1] ?? textAt(args, 'token');
}

const SHOWN_LENGTH = 200;

function shortened(key: string, value: Json): Json {
  if (typeof value === 'string') return value.slice(0, SHOWN_LENGTH);
  if (Array.isArray(value)) return value.length;
  if (!isObject(value)) return value;
  if (key !== 'view') return JSON.stringify(value).slice(0, SHOWN_LENGTH);
  const { type = null, callback_id: callbackId = null } = value;
  return { type, callback_id: callbackId, blocks: objectsAt(value, 'blocks').length };
}

/** Small enough to list, and without the token. */
export function summary(args: JsonObject): JsonObject {
  const { token: _secret, ...shown } = args;
  return Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, shortened(key, value)]));
}
