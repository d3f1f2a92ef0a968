// The sandbox's page in a real browser, against the real sandbox servers and a stand-in for the bot.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { card, startPageApp } from './page-app.ts';
import type { PageApp } from './page-app.ts';
import { chromiumPath, launchBrowser } from './page-browser.ts';

if (chromiumPath === undefined) {
  process.stdout.write('skipped: the sandbox page is not clicked, because no Chromium is installed on this machine\n');
}

describe.skipIf(chromiumPath === undefined)('the sandbox page', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let app: PageApp;
  let page: Page;
  /** Requests to other hosts and errors in the page: a test that causes any fails. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    app = await startPageApp(() => sandbox.slack.url);
    sandbox.connectBot(app.url);
    await open({ width: 1440, height: 900 });
  });
  afterEach(async () => {
    await page.context().close();
    await app.stop();
    await sandbox.stop();
    if (complaints.length > 0) throw new Error(`the page misbehaved: ${complaints.join('; ')}`);
  });

  async function open(viewport: { width: number; height: number }): Promise<void> {
    const context = await browser.newContext({ viewport, timezoneId: 'America/New_York' });
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    complaints = [];
    const known = [sandbox.page?.url ?? '', sandbox.slack.origin, sandbox.custody.url];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('data:') && !known.some((origin) => url.startsWith(`${origin}/`)))
        complaints.push(`asked for ${url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    await page.goto(sandbox.page?.url ?? '');
    await page.getByTestId('empty').waitFor();
  }

  const message = (ts: string) => page.getByTestId(`message-${ts}`);
  const press = (ts: string, actionId: string) => message(ts).locator(`[data-action-id="${actionId}"]`).click();

  async function play(scene: string): Promise<string> {
    const answered = page.waitForResponse((response) => response.url().endsWith(`/scenes/${scene}`));
    await page.getByTestId(`scene-${scene}`).click();
    return z.object({ approvalId: z.string() }).parse(await (await answered).json()).approvalId;
  }

  test('shows a card that a webhook caused, and the delivery in the ledger, without a reload', async () => {
    const approvalId = await play('large-transfer');

    await page.getByRole('heading', { name: 'Approval needed: 250,000 USDC' }).waitFor();
    const entry = page.getByTestId(`approval-${approvalId}`);
    await entry.getByTestId('delivery').filter({ hasText: 'policy.approval.pending' }).waitFor();
    expect(await entry.getAttribute('data-status')).toBe('Pending');
    expect(await entry.innerText()).toContain('250,000 USDC from Treasury to 0xD6aa…e337');
    expect(await page.getByTestId(`bot-decisions-${approvalId}`).getAttribute('data-count')).toBe('0');
  });

  test('draws emoji, people and dates the way Slack does, in the browser’s own time zone', async () => {
    const ts = await app.post(card('plain'));

    await message(ts).waitFor();
    const text = await message(ts).innerText();
    expect(text).toMatch(/🟡 Pending, expires Nov 20, 2026 11:00\sAM/);
    expect(text).toContain('@Dave Dubois');
  });

  test('keeps hostile text literal: no ping, no link, no markup', async () => {
    const hostile = '&lt;!channel&gt; &lt;https://evil.example|Dfns&gt; <b>bold</b> https://evil.example';
    const ts = await app.post(card(hostile));

    await message(ts).waitFor();
    expect(await message(ts).innerText()).toContain(
      '<!channel> <https://evil.example|Dfns> <b>bold</b> https://evil.example',
    );
    expect(await page.getByTestId('ping').count()).toBe(0);
    expect(await message(ts).locator('a, b').count()).toBe(0);
  });

  test('shows a ping loudly when an app did send one', async () => {
    const ts = await app.post(card('<!channel>'));

    await message(ts).getByTestId('ping').waitFor();
    expect(await message(ts).getByTestId('ping').innerText()).toBe('@channel');
  });

  test('asks for required fields before anything is sent, then sends what was entered', async () => {
    const ts = await app.post(card('plain'));
    await press(ts, 'approve');
    await page.getByTestId('modal').waitFor();

    await page.getByTestId('modal-submit').click();
    await page.getByTestId('error-ack').waitFor();
    expect(await page.getByTestId('error-reason').innerText()).toContain('required');
    expect(app.interactions.map(({ type }) => type)).toEqual(['block_actions']);

    await page.getByLabel('I compared the address').check();
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('invoice');
    await page.getByRole('textbox', { name: 'Note' }).fill('invoice 77120');
    await page.getByTestId('modal-submit').click();
    await page.getByRole('heading', { name: 'Vote recorded' }).waitFor();
    const values = app.interactions.at(-1)?.view?.state.values;
    expect(values).toMatchObject({
      ack: { ack: { type: 'checkboxes', selected_options: [{ value: 'address' }] } },
      reason: { reason: { type: 'static_select', selected_option: { value: 'invoice' } } },
      note: { note: { type: 'plain_text_input', value: 'invoice 77120' } },
    });
    await page.getByTestId('modal-close').click();
    await page.getByTestId('modal').waitFor({ state: 'detached' });
  });

  test('shows the app’s errors beside their fields and keeps what was typed', async () => {
    const ts = await app.post(card('plain'));
    await press(ts, 'approve');
    await page.getByLabel('I compared the address').check();
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('invoice');
    await page.getByRole('textbox', { name: 'Note' }).fill('refuse me');
    await page.getByTestId('modal-submit').click();

    await page.getByTestId('error-note').waitFor();
    expect(await page.getByTestId('error-note').innerText()).toContain('Name the invoice.');
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('refuse me');
  });

  test('keeps a half-filled modal for the person who comes back to it', async () => {
    const ts = await app.post(card('plain'));
    await press(ts, 'approve');
    await page.getByRole('textbox', { name: 'Note' }).fill('half a thought');

    await page.getByTestId('person-bob').click();
    await page.getByTestId('modal').waitFor({ state: 'detached' });
    await page.getByTestId('person-alice').click();
    await page.getByTestId('modal').waitFor();
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('half a thought');
  });

  test('shows a private answer to its reader only', async () => {
    const ts = await app.post(card('plain'));
    await press(ts, 'refuse');

    await page.getByText('You may not vote here.').waitFor();
    await page.getByText('Only visible to you').waitFor();
    await page.getByTestId('person-bob').click();
    await message(ts).waitFor();
    expect(await page.getByText('You may not vote here.').count()).toBe(0);
  });

  test('asks before a button with a confirm dialog sends anything', async () => {
    const ts = await app.post(card('plain'));

    await press(ts, 'pause');
    await page.getByTestId('confirm-cancel').click();
    await page.getByTestId('confirm').waitFor({ state: 'detached' });
    expect(app.interactions).toEqual([]);
    await press(ts, 'pause');
    await page.getByTestId('confirm-ok').click();
    await expect.poll(() => app.interactions.map(({ actions }) => actions[0]?.action_id)).toEqual(['pause']);
  });

  test('sends the chosen option of a menu, and announces where a link button leads', async () => {
    const ts = await app.post(card('plain'));

    await press(ts, 'more');
    await page.getByTestId('option-remind').click();
    await expect.poll(() => app.interactions[0]?.actions[0]?.selected_option?.value).toBe('remind');
    const [opened] = await Promise.all([page.waitForEvent('popup'), press(ts, 'open')]);
    expect(await page.getByTestId('toast').last().innerText()).toContain('would open http://127.0.0.1:9/policies');
    await expect.poll(() => app.interactions[1]?.actions[0]?.action_id).toBe('open');
    await opened.close();
  });

  test('folds replies under their message until they are opened', async () => {
    const ts = await app.post(card('plain'));
    const reply = await app.post({ thread_ts: ts, text: 'Alice approved for Treasury' });

    await page.getByTestId(`thread-toggle-${ts}`).waitFor();
    expect(await message(reply).count()).toBe(0);
    await page.getByTestId(`thread-toggle-${ts}`).click();
    await message(reply).waitFor();
  });

  test('shows direct messages, App Home and slash commands of the acting person', async () => {
    await app.post({ channel: 'U0BOB', text: 'Your vote is needed' });

    await page.getByTestId('person-bob').click();
    await page.getByTestId('place-dm-unread').waitFor();
    await page.getByTestId('place-dm').click();
    await page.getByText('Your vote is needed').waitFor();
    await page.getByTestId('place-home').click();
    await page.getByRole('heading', { name: 'Home of U0BOB' }).waitFor();
    await page.getByTestId('place-C0APPROVALS').click();
    await page.getByTestId('command-input').fill('/approvals whoami');
    await page.getByTestId('command-send').click();
    await expect.poll(() => page.getByTestId('messages').innerText()).toContain('you asked: whoami');
  });

  test('lets the platform decide, change and forget while a modal is open', async () => {
    const approvalId = await play('large-transfer');
    await page.locator('[data-action-id="approve"]').click();
    await page.getByTestId('modal').waitFor();

    await page.getByTestId(`change-${approvalId}`).click();
    await page.getByText('275,000 USDC from Treasury').waitFor();
    await page.getByTestId(`decide-as-${approvalId}`).selectOption('carol');
    await page.getByTestId(`decide-approve-${approvalId}`).click();
    await expect.poll(() => page.getByTestId(`status-${approvalId}`).innerText()).toBe('Approved');
    expect(await page.getByTestId('decision-call').innerText()).toContain(
      'Approved by Carol Castillo in the dashboard',
    );
    expect(await page.getByTestId(`bot-decisions-${approvalId}`).innerText()).toBe('no decision from Countersign');
  });

  test('changes the platform’s weather: down and back, webhooks dropped, quorum, clock', async () => {
    await page.getByTestId('fault-down').click();
    await expect.poll(() => page.getByTestId('fault-down').innerText()).toBe('Bring platform back');
    await page.getByTestId('fault-down').click();
    await expect.poll(() => page.getByTestId('fault-down').innerText()).toBe('Take platform down');

    await page.getByTestId('policy-select').selectOption({ label: 'Large transfers' });
    await page.getByTestId('quorum-up').click();
    await expect.poll(() => page.getByTestId('policy-quorum').innerText()).toBe('2');

    const before = sandbox.custody.now();
    await page.getByTestId('advance-60').click();
    await expect.poll(() => sandbox.custody.now() - before).toBeGreaterThanOrEqual(3_600_000);

    await page.getByTestId('drop-webhooks').click();
    await page.getByText('Webhooks are dropped').waitFor();
    const approvalId = await play('routine-payout');
    await page.getByTestId(`approval-${approvalId}`).getByText('dropped').first().waitFor();
  });

  test('fits a phone: nothing wider than the screen, the panel below the conversation', async () => {
    await page.context().close();
    await open({ width: 390, height: 844 });
    await app.post(card('0xdE7212A9ed53FD325E3307205754B67FD8cbF263'));
    await play('large-transfer');
    await page.getByTestId('ledger').locator('article').first().waitFor();

    const width: unknown = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBe(390);
    const stage = await page.getByRole('main').boundingBox();
    const panel = await page.getByRole('region', { name: /Custody platform/ }).boundingBox();
    expect((stage?.y ?? 0) + (stage?.height ?? 0)).toBeLessThanOrEqual(panel?.y ?? 0);
  });

  test('says when the bot is ready', async () => {
    await page.reload();

    const bot = page.getByTestId('bot-ready');
    await expect.poll(() => bot.innerText()).toBe('bot ready');
    await app.stop();
    await expect.poll(() => bot.innerText(), { timeout: 10_000 }).toBe('bot not ready');
    app = await startPageApp(() => sandbox.slack.url);
  });
});
