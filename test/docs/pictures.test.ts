// Takes the README's pictures anew, from the sandbox: UPDATE_PICTURES=1 npx vitest run test/docs/pictures.test.ts
import { mkdir, readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { people } from '../../src/sandbox/company.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { approve, cardsOf, cardShows, closeModals, openForm, reject, type Who } from '../e2e/gestures.ts';
import { withDeployment, type Deployment } from '../e2e/harness.ts';
import { chromiumPath, launchBrowser } from '../sandbox/page-browser.ts';

const folder = new URL('../../manifests/pictures/', import.meta.url);
const isWanted = process.env['UPDATE_PICTURES'] === '1';

if (!isWanted) process.stdout.write('skipped: the pictures are taken only with UPDATE_PICTURES=1\n');
if (isWanted && chromiumPath === undefined) process.stdout.write('skipped: no Chromium is installed on this machine\n');

/** Pauses long enough to be photographed, short enough to wait for. */
const timing = { approveAfterSeconds: 6, denyAfterSeconds: 8, sweepSeconds: 2 };

const looks = {
  light: { viewport: { width: 1440, height: 1000 }, deviceScaleFactor: 1.5, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 1000 }, deviceScaleFactor: 1.5, colorScheme: 'dark' },
  // As wide as a phone, and high enough for a whole card.
  phone: { viewport: { width: 390, height: 1800 }, deviceScaleFactor: 1.5, colorScheme: 'light', isMobile: true },
} as const satisfies Record<string, BrowserContextOptions>;

type Look = keyof typeof looks;

type Studio = { readonly deployment: Deployment; readonly pages: Readonly<Record<Look, Page>> };

describe.skipIf(!isWanted || chromiumPath === undefined)('the pictures', () => {
  it('show every state of a card, and the page around it', { timeout: 300_000 }, async () => {
    await mkdir(folder, { recursive: true });
    await withDeployment({ timing, sandbox: { page: true } }, async (deployment) => {
      await deployment.start('bot');
      const browser = await launchBrowser(chromiumPath ?? '');
      try {
        const studio = { deployment, pages: await openPages(browser, deployment) };
        await askedAndAnswered(studio);
        await rejected(studio);
        await decidedByOthers(studio);
        await refusedByThePlatform(studio);
        await wholePage(studio);
      } finally {
        await browser.close();
      }
    });

    // All of them are part of every clone.
    expect(await weightOf(folder)).toBeLessThan(3 * 1024 * 1024);
  });
});

async function openPages(browser: Browser, { sandbox }: Deployment): Promise<Studio['pages']> {
  const { page: site } = sandbox;
  if (site === undefined) throw new Error('failed to open the page: the sandbox has none');
  const open = async (look: Look): Promise<Page> => {
    const context = await browser.newContext({ ...looks[look], timezoneId: 'UTC', locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(site.url);
    await page.getByTestId('messages').waitFor();
    return page;
  };
  return { light: await open('light'), dark: await open('dark'), phone: await open('phone') };
}

async function askedAndAnswered(studio: Studio): Promise<void> {
  const { deployment, pages } = studio;
  const { custody } = deployment.sandbox;
  const asked = custody.play('large-transfer').approvalId;
  for (const look of ['light', 'dark', 'phone'] as const) {
    await photograph(studio, asked, `pending-${look}`, 'Approval needed', look);
  }
  const form = await openForm(deployment, 'alice', asked, actionIds.approve);
  if ('trouble' in form) throw new Error(form.trouble);
  await save(pages.light.locator('.modal'), 'approve-form');
  await vote(deployment, asked, 'alice', 'bob');
  await photographTop(studio, asked, 'deciding', 'Quorum reached: ');
  await photographTop(studio, asked, 'approved', 'Approved: 250,000');

  const routine = custody.play('routine-payout').approvalId;
  await photographTop(studio, routine, 'approved-automatically', 'Approved automatically');
}

async function rejected(studio: Studio): Promise<void> {
  const { custody } = studio.deployment.sandbox;
  const asked = custody.play('large-transfer', { amount: '12500', externalId: 'inv-77140' }).approvalId;
  await answered(reject(studio.deployment, 'carol', asked));
  await closeModals(studio.deployment, 'carol');
  await photographTop(studio, asked, 'held', 'On hold');
  await photographTop(studio, asked, 'denied', 'Denied: ');
}

async function decidedByOthers(studio: Studio): Promise<void> {
  const { custody } = studio.deployment.sandbox;
  await photographTop(studio, custody.play('look-alike').approvalId, 'stopped', 'abstained');

  const both = custody.play('compliance-too').approvalId;
  await vote(studio.deployment, both, 'alice', 'bob');
  await photographTop(studio, both, 'sent', 'Our vote is sent');

  const elsewhere = custody.play('large-transfer', { amount: '31000', externalId: 'inv-77152' }).approvalId;
  await cardShows(studio.deployment, elsewhere, 'Approval needed');
  custody.decide(elsewhere, { userId: people.carol.userId, value: 'Approved' });
  await photographTop(studio, elsewhere, 'superseded', 'not from here');
}

async function refusedByThePlatform(studio: Studio): Promise<void> {
  const { custody } = studio.deployment.sandbox;
  const refused = custody.play('large-transfer', { amount: '47000', externalId: 'inv-77163' }).approvalId;
  custody.addFault({ kind: 'status', on: 'decision', status: 422, approvalId: refused });
  await vote(studio.deployment, refused, 'alice', 'bob');
  await photographTop(studio, refused, 'blocked', 'Not delivered');
}

/** A fresh request, so that the newest card is one that waits for the reader. */
async function wholePage(studio: Studio): Promise<void> {
  const asked = studio.deployment.sandbox.custody.play('large-transfer', { externalId: 'inv-77199' }).approvalId;
  await cardOn(studio, 'light', asked, 'Approval needed');
  await save(studio.pages.light, 'page');
}

async function vote(deployment: Deployment, approvalId: string, ...voters: readonly Who[]): Promise<void> {
  for (const who of voters) {
    await answered(approve(deployment, who, approvalId));
    await closeModals(deployment, who);
  }
}

async function answered(answer: ReturnType<typeof approve>): Promise<void> {
  const given = await answer;
  if (given.kind === 'trouble') throw new Error(`failed to answer: ${given.error}`);
}

async function photograph(
  studio: Studio,
  approvalId: string,
  name: string,
  says: string,
  look: Look = 'light',
): Promise<void> {
  await save(await cardOn(studio, look, approvalId, says), name);
}

/** What a card says first: everything above the facts, at the width of a phone. */
async function photographTop(studio: Studio, approvalId: string, name: string, says: string): Promise<void> {
  const card = await cardOn(studio, 'phone', approvalId, says);
  const box = await boxOf(card);
  const facts = await boxOf(card.getByText('Amount', { exact: true }).first());
  const marginPx = 8;
  const clip = { x: box.x, y: box.y, width: box.width, height: facts.y - box.y - marginPx };
  await save(studio.pages.phone, name, { clip });
}

async function boxOf(what: Locator) {
  const box = await what.boundingBox();
  if (box === null) throw new Error('failed to find where it is on the page');
  return box;
}

/** The page follows the workspace a moment later. */
async function cardOn({ deployment, pages }: Studio, look: Look, approvalId: string, says: string): Promise<Locator> {
  await cardShows(deployment, approvalId, says);
  const message = (await cardsOf(deployment, approvalId)).at(-1);
  const shown = pages[look].getByTestId(`message-${message?.ts}`).filter({ hasText: says });
  await shown.scrollIntoViewIfNeeded();
  return shown;
}

type Clip = { readonly clip?: { x: number; y: number; width: number; height: number } };

async function save(what: Pick<Page, 'screenshot'> | Locator, name: string, clip: Clip = {}): Promise<void> {
  const path = fileURLToPath(new URL(`${name}.png`, folder));
  await what.screenshot({ path, ...clip });
  process.stdout.write(`${name}.png ${Math.round((await stat(path)).size / 1024)} KiB\n`);
}

async function weightOf(pictures: URL): Promise<number> {
  const sizes = (await readdir(pictures)).map(async (name) => (await stat(new URL(name, pictures))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
