import { describe, expect, test } from 'vitest';
import { exactKey, ownerKeys } from '../../src/chains/address-keys.ts';
import { networkNamed } from '../../src/chains/networks.ts';
import { parseList, type ListReadingMode, type ParsedList } from '../../src/sources/read-list.ts';

const first = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';
const second = 'TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre';
const litecoin = 'LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb';
const monero = '5be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c320';

async function parse(text: string, mode: ListReadingMode = 'owners'): Promise<ParsedList> {
  return parseList([{ name: 'deny.txt', text }], mode);
}

function holds(parsed: ParsedList, address: string): boolean {
  return parsed.kind === 'read' && ownerKeys(address).some((key) => parsed.table.has(key));
}

describe('a list', () => {
  test.each([
    ['one address a line', `${first}\n${second}\n`],
    ['lines of Windows', `${first}\r\n${second}`],
    ['comments, blank lines and names', `# of March\n\n${first} # thief\n${second}, somebody\n`],
    ['CSV with a header', `name,address\n"THIEF",${first}\n"OTHER","${second}"\n`],
    ['CSV without one', `${first},"THIEF"\n${second},"OTHER"\n`],
    ['a byte order mark', `\uFEFF${first}\n${second}`],
    ['a JSON list of texts', JSON.stringify([first, second])],
    ['a JSON list of objects', JSON.stringify([{ address: first, name: 'x' }, { address: second }])],
    ['a repeated entry', `${first}\n${first.toLowerCase()}\n${second}`],
  ])('is read as %s', async (_, text) => {
    const parsed = await parse(text);

    expect(parsed).toMatchObject({ kind: 'read', entries: 2 });
    expect([first, second].map((address) => holds(parsed, address))).toEqual([true, true]);
  });

  test.each([
    ['a line that is no address', `${first}\nhello\n`, 'deny.txt line 2: "hello" is no address'],
    ['a wrong checksum', first.replace('098B', '098b'), 'deny.txt line 1: "0x098b716B8'],
    ['a line that was cut off', `${first}\n${second.slice(0, -3)}`, 'deny.txt line 2'],
    ['an entry of JSON that is no address', '["hello"]', 'deny.txt entry 1: "hello" is no address'],
    ['JSON that was cut off', `["${first}"`, 'deny.txt: it is not a JSON list of addresses'],
    ['JSON of another form', '{"addresses":[]}', 'deny.txt: it is not a JSON list of addresses'],
    ['a web page', '<html>\n<body>not found</body>', 'deny.txt line 1'],
    ['nothing', '', 'deny.txt: it holds no address'],
    ['comments only', '# nobody\n', 'deny.txt: it holds no address'],
    ['a header only', 'address,name\n', 'deny.txt: it holds no address'],
  ])('with %s is refused as a whole', async (_, text, words) => {
    const parsed = await parse(text);

    if (parsed.kind !== 'faulty') throw new Error('it was read');
    expect(parsed.faults[0]).toContain(words);
  });

  test('names twenty faults, and counts all of them', async () => {
    const parsed = await parse(Array.from({ length: 50 }, (_, index) => `wrong ${index}`).join('\n'));

    expect(parsed).toMatchObject({ kind: 'faulty', total: 50 });
    expect(parsed.kind === 'faulty' && parsed.faults).toHaveLength(20);
  });

  test('of several texts needs each of them', async () => {
    const texts = [
      { name: 'a', text: first },
      { name: 'b', text: '[]' },
    ];

    expect(await parseList(texts, 'lenient-owners')).toMatchObject({
      kind: 'faulty',
      faults: ['b: it holds no address'],
    });
    expect(await parseList(texts.slice(0, 1), 'lenient-owners')).toMatchObject({ kind: 'read', entries: 1 });
  });

  test('that is public keeps entries of networks that are not known here, and forgives a wrong checksum', async () => {
    const wrong = first.replace('098B', '098b');
    const parsed = await parse([litecoin, monero, wrong].join('\n'), 'lenient-owners');

    expect(parsed).toMatchObject({ kind: 'read', entries: 3 });
    expect([litecoin, monero, first].map((address) => holds(parsed, address))).toEqual([true, true, true]);
    expect((await parse('<html>', 'lenient-owners')).kind).toBe('faulty');
  });

  test('of whom to pay takes only what can be compared exactly', async () => {
    const parsed = await parse(`${first}\n${litecoin}`, 'exact');
    const key = exactKey(networkNamed('Polygon'), first);

    expect(parsed).toMatchObject({ kind: 'faulty', total: 1 });
    const read = await parse(first, 'exact');
    expect(read.kind === 'read' && key !== null && read.table.has(key)).toBe(true);
  });
});
