// Cursor pages, as Slack hands them out.
import { numberAt, textAt, type JsonObject } from '../json.ts';

export function page<T>(all: T[], args: JsonObject, usual: number): { items: T[]; next: string } {
  const limit = Math.min(1_000, Math.max(1, numberAt(args, 'limit') ?? usual));
  const start = Number(Buffer.from(textAt(args, 'cursor') ?? '', 'base64').toString() || '0');
  const end = start + limit;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64') : '',
  };
}
