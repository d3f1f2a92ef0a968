// The one judge of messages, modals and Home: every documented Block Kit limit, as a list of problems.
import { z } from 'zod';
import { isObject, objectAt, objectsAt, textAt, type Json, type JsonObject } from '../json.ts';
import { homeBlock, messageBlock, modalBlock } from './newer-blocks.ts';
import { problemsOf, type Problem } from './problems.ts';
import { plainText } from './text.ts';

export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  /** Undocumented; first failures were reported at 13,172 and 13,297: https://github.com/slackapi/bolt-js/issues/2509 */
  messageBlocksJson: 13_200,
  viewJson: 250_000,
  markdownTotal: 12_000,
  dataTableCharacters: 10_000,
  postedText: 40_000,
  updatedText: 4_000,
  metadataJson: 16_000,
  attachments: 100,
  modalStack: 3,
} as const;

export type BlocksVerdict = {
  error?: 'invalid_blocks' | 'msg_blocks_too_long' | 'only_one_table_allowed';
  problems: Problem[];
};

const messageBlocks = z.array(messageBlock).max(LIMITS.messageBlocks);

const shared = {
  private_metadata: z.string().max(3_000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

const modal = z.strictObject({
  type: z.literal('modal'),
  ...shared,
  title: plainText(24),
  submit: plainText(24).nullable().optional(),
  close: plainText(24).nullable().optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  blocks: z.array(modalBlock).max(LIMITS.viewBlocks),
});

const home = z.strictObject({ type: z.literal('home'), ...shared, blocks: z.array(homeBlock).max(LIMITS.viewBlocks) });

type Placed = { block: JsonObject; pointer: string };

/** Every block with its place, children of containers included. */
function placedBlocks(blocks: JsonObject[], root: string): Placed[] {
  return blocks.flatMap((block, index) => {
    const pointer = `${root}/${index}`;
    const children = objectsAt(block, 'child_blocks');
    return [{ block, pointer }, ...placedBlocks(children, `${pointer}/child_blocks`)];
  });
}

/** The interactive elements of one block, with their places inside it. */
function placedElements(placed: Placed): Placed[] {
  const single = ['accessory', 'element'].flatMap((key) => {
    const element = objectAt(placed.block, key);
    return element === undefined ? [] : [{ block: element, pointer: `${placed.pointer}/${key}` }];
  });
  const many = ['elements', 'actions'].flatMap((key) =>
    objectsAt(placed.block, key).map((block, index) => ({ block, pointer: `${placed.pointer}/${key}/${index}` })),
  );
  return [...single, ...many];
}

function repeated(places: Placed[], key: string, where: string): Problem[] {
  const seen = new Set<string>();
  return places.flatMap((place) => {
    const id = textAt(place.block, key);
    if (id === undefined || id === '') return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      { pointer: `${place.pointer}/${key}`, message: `\`${key}\` ${JSON.stringify(id)} already exists in ${where}` },
    ];
  });
}

function uniqueIds(placed: Placed[], surface: string): Problem[] {
  return [
    ...repeated(placed, 'block_id', `this ${surface}`),
    ...placed.flatMap((place) => repeated(placedElements(place), 'action_id', 'this block')),
  ];
}

function wrongPlaces(placed: Placed[], surface: 'message' | 'modal' | 'home'): Problem[] {
  const elements = placed.flatMap(placedElements);
  const focused = elements.filter((place) => place.block['focus_on_load'] === true);
  const tooFocused = surface === 'message' ? focused : focused.slice(1);
  const files = surface === 'modal' ? [] : elements.filter((place) => place.block['type'] === 'file_input');
  return [
    ...tooFocused.map((place) => ({
      pointer: `${place.pointer}/focus_on_load`,
      message:
        surface === 'message' ? 'only available in views' : 'only one element can have `focus_on_load` set to true',
    })),
    ...files.map((place) => ({ pointer: `${place.pointer}/type`, message: 'unsupported type: file_input' })),
  ];
}

function markdownTotal(placed: Placed[]): Problem[] {
  const texts = placed
    .filter((place) => place.block['type'] === 'markdown')
    .map((place) => textAt(place.block, 'text'));
  const length = texts.reduce((sum, text) => sum + (text ?? '').length, 0);
  if (length <= LIMITS.markdownTotal) return [];
  return [
    {
      pointer: '/blocks',
      message: `all \`markdown\` blocks together must be less than ${LIMITS.markdownTotal + 1} characters`,
    },
  ];
}

function characters(value: Json | undefined): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + characters(item), 0);
  return isObject(value) ? characters(value['text'] ?? value['elements']) : 0;
}

function tableSizes(placed: Placed[]): Problem[] {
  return placed
    .filter(
      (place) => place.block['type'] === 'data_table' && characters(place.block['rows']) > LIMITS.dataTableCharacters,
    )
    .map((place) => ({
      pointer: `${place.pointer}/rows`,
      message: `must be less than ${LIMITS.dataTableCharacters + 1} characters`,
    }));
}

const TABLES = new Set<Json | undefined>(['table', 'data_table']);

export function checkMessageBlocks(blocks: Json): BlocksVerdict {
  const placed = placedBlocks(Array.isArray(blocks) ? blocks.filter(isObject) : [], '/blocks');
  const problems = [
    ...problemsOf(messageBlocks, blocks, '/blocks'),
    ...uniqueIds(placed, 'message'),
    ...wrongPlaces(placed, 'message'),
    ...markdownTotal(placed),
    ...tableSizes(placed),
  ];
  if (problems.length > 0) return { error: 'invalid_blocks', problems };
  const tables = placed.filter((place) => TABLES.has(place.block['type']));
  if (tables.length > 1) {
    return {
      error: 'only_one_table_allowed',
      problems: [{ pointer: tables[1]?.pointer ?? '', message: 'only one table' }],
    };
  }
  const length = JSON.stringify(blocks).length;
  if (length > LIMITS.messageBlocksJson) {
    const message = `${length} characters of JSON, more than ${LIMITS.messageBlocksJson}`;
    return { error: 'msg_blocks_too_long', problems: [{ pointer: '/blocks', message }] };
  }
  return { problems: [] };
}

export type ViewVerdict = { error?: 'invalid_arguments' | 'view_too_large'; problems: Problem[] };

function submitMissing(view: JsonObject, placed: Placed[]): Problem[] {
  if (view['type'] !== 'modal' || isObject(view['submit'])) return [];
  const input = placed.find((place) => place.block['type'] === 'input');
  if (input === undefined) return [];
  return [{ pointer: `${input.pointer}/input`, message: 'must define `submit` to use an `input` block in modals' }];
}

export function checkView(view: Json, surface: 'modal' | 'home'): ViewVerdict {
  if (!isObject(view))
    return { error: 'invalid_arguments', problems: [{ pointer: '/view', message: 'must provide an object' }] };
  const length = JSON.stringify(view).length;
  if (length > LIMITS.viewJson) {
    return { error: 'view_too_large', problems: [{ pointer: '/view', message: `${length} characters of JSON` }] };
  }
  const placed = placedBlocks(objectsAt(view, 'blocks'), '/view/blocks');
  const problems = [
    ...problemsOf(surface === 'modal' ? modal : home, view, '/view'),
    ...uniqueIds(placed, 'view'),
    ...wrongPlaces(placed, surface),
    ...submitMissing(view, placed),
  ];
  return problems.length > 0 ? { error: 'invalid_arguments', problems } : { problems: [] };
}
