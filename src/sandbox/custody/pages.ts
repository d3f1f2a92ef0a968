// Cutting lists into pages: newest first, by a cursor, so that what arrives while somebody reads does not shift the rest.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';

const defaultLimit = 20;

export interface Numbered<T> {
  sequence: number;
  item: T;
}

/** One page as an answer. */
export function listed<T>(all: Numbered<T>[], query: URLSearchParams, maxPageSize: number): Answer {
  const page = cutPage(all, query, maxPageSize);
  if (page.kind === 'refused') return page.answer;
  const { items, nextPageToken } = page;
  return ok({ items, ...(nextPageToken === undefined ? {} : { nextPageToken }) });
}

type Page<T> = { kind: 'page'; items: T[]; nextPageToken?: string } | { kind: 'refused'; answer: Answer };

// The token holds `+`, `/` and `=`, so that a client which forgets to encode it is found out.
const tokenFor = (sequence: number): string =>
  Buffer.from(`${sequence}?>~after`, 'utf8').toString('base64').replace(/=*$/, '+/==');

function sequenceIn(token: string): number | undefined {
  const text = Buffer.from(token.replace(/\+\/==$/, ''), 'base64').toString('utf8');
  const match = /^(\d+)\?>~after$/.exec(text);
  return match ? Number(match[1]) : undefined;
}

export function cutPage<T>(all: Numbered<T>[], query: URLSearchParams, maxPageSize: number): Page<T> {
  const limitText = query.get('limit') ?? String(defaultLimit);
  const limit = Number(limitText);
  if (!/^\d+$/.test(limitText) || limit < 1) return { kind: 'refused', answer: refused(400, 'limit is not valid') };

  const token = query.get('paginationToken');
  const before = token === null ? Number.POSITIVE_INFINITY : sequenceIn(token);
  if (before === undefined) return { kind: 'refused', answer: refused(400, 'paginationToken is not valid') };

  const size = Math.min(limit, maxPageSize);
  const rest = all.filter((each) => each.sequence < before).toSorted((a, b) => b.sequence - a.sequence);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    kind: 'page',
    items: page.map((each) => each.item),
    ...(rest.length > size && last ? { nextPageToken: tokenFor(last.sequence) } : {}),
  };
}
