// Which kinds of anchors a connection's payments have: remembered, and corrected by the database when there are more.
import { eq, sql } from 'drizzle-orm';
import { spendDimensions, type SpendDimension } from '../domain/spend.ts';
import type { Db } from './connect.ts';
import { spendConnections } from './schema.ts';
import type { Shape } from './spend-match.ts';

export type KnownShapes = {
  /** As the database's functions write and compare it. */
  readonly text: string;
  readonly shapes: readonly Shape[];
};

/**
 * By connection, as they were last seen: a guess, which the database checks. They change only when a rulebook asks for
 * something new, and to ask for them first would cost every decision a round trip.
 */
const lastSeen = new Map<string, KnownShapes>();

/** Asks with the shapes that were last seen, and again with those that there are, until the database agrees. */
export async function askWithShapes<Answer extends { readonly state: string }>(
  tx: Db,
  connection: string,
  ask: (known: KnownShapes) => Promise<Answer | { readonly state: 'stale'; readonly shapes: string }>,
): Promise<Answer> {
  let known = lastSeen.get(connection) ?? see(connection, await readText(tx, connection));
  for (;;) {
    const answer = await ask(known);
    if (!isStale(answer)) return answer;
    known = see(connection, answer.shapes);
  }
}

/** To be called by whoever holds the connection's lock alone. */
export async function addShape(tx: Db, connection: string, { per, listed }: Shape): Promise<void> {
  const shape = `${per.join(',')}/${listed ?? ''}`;
  await tx
    .insert(spendConnections)
    .values({ connection, shapes: shape })
    .onConflictDoUpdate({
      target: spendConnections.connection,
      set: { shapes: sql`${spendConnections.shapes} || ' ' || ${shape}` },
      setWhere: sql`${shape} <> all(string_to_array(${spendConnections.shapes}, ' '))`,
    });
}

export async function readShapes(db: Db, connection: string): Promise<readonly Shape[]> {
  return shapesIn(await readText(db, connection));
}

async function readText(db: Db, connection: string): Promise<string> {
  const [row] = await db.select().from(spendConnections).where(eq(spendConnections.connection, connection));
  return row?.shapes ?? '';
}

function isStale(answer: { readonly state: string }): answer is { readonly state: 'stale'; readonly shapes: string } {
  return answer.state === 'stale';
}

function see(connection: string, text: string): KnownShapes {
  const known = { text, shapes: shapesIn(text) };
  lastSeen.set(connection, known);
  return known;
}

/** No dimension has a blank, a comma or a slash in its name. */
function shapesIn(text: string): readonly Shape[] {
  return text.split(' ').flatMap((shape) => {
    const [per, listed] = shape.split('/');
    return per === undefined || listed === undefined
      ? []
      : [{ per: dimensionsIn(per), listed: dimensionsIn(listed)[0] ?? null }];
  });
}

function dimensionsIn(text: string): readonly SpendDimension[] {
  const names = new Set(text.split(','));
  return spendDimensions.filter((name) => names.has(name));
}
