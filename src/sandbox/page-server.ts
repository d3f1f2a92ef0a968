// Serves the sandbox's browser page: bundled once at start, in memory, and complete without any other host.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { bot, bystanders, organisation, payoutsBot, people, wallets } from './company.ts';

export interface PageOptions {
  custodyUrl: string;
  slackUrl: string;
  /** When given, the page shows whether the bot says that it is ready. */
  botUrl?: string;
  port?: number;
  host?: string;
  log?: (line: string) => void;
}

export interface SandboxPage {
  url: string;
  /** From the next load on, the page shows whether the bot at this address says that it is ready. */
  watchBot: (botUrl: string) => void;
  stop: () => Promise<void>;
}

export async function startPage(options: PageOptions): Promise<SandboxPage> {
  const bundle = await bundlePage(options);
  const site: Site = { ...options, bundle };
  const server = createServer((request, response) => {
    answer(request, response, site).catch(() => {
      // A request line that no URL can be read from.
      send(response, 400, 'text/plain', 'not a request of this page');
    });
  });
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page server has no port');
  return {
    url: `http://${host}:${address.port}`,
    watchBot: (botUrl) => {
      site.botUrl = botUrl;
    },
    stop: () => close(server),
  };
}

type Bundle = { html: string; script: string; style: string };
type Site = PageOptions & { bundle: Bundle };

/** From the sources a checkout runs on, or, after a build, from the sources beside the built files. */
function pageFolder(): URL {
  const folders = [new URL('./page/', import.meta.url), new URL('../../src/sandbox/page/', import.meta.url)];
  const found = folders.find((folder) => existsSync(new URL('main.tsx', folder)));
  if (!found) throw new Error('the sources of the sandbox page are missing: run the demo from a full checkout');
  return found;
}

async function bundlePage(options: PageOptions): Promise<Bundle> {
  const folder = pageFolder();
  // Loaded here because esbuild is a development dependency: production never starts a page.
  const esbuild = await import('esbuild');
  const result = await esbuild.build({
    entryPoints: {
      page: fileURLToPath(new URL('main.tsx', folder)),
      'page-style': fileURLToPath(new URL('styles/page.css', folder)),
    },
    outdir: 'memory',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const textOf = (ending: string) => result.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const html = await readFile(new URL('index.html', folder), 'utf8');
  options.log?.(`page bundled: ${Math.round(textOf('page.js').length / 1024)} KiB`);
  return { html, script: textOf('page.js'), style: textOf('page-style.css') };
}

const ROLES: Readonly<Record<string, string>> = {
  alice: 'Treasury, Owners, admin',
  bob: 'Treasury',
  carol: 'Treasury, Owners',
  dave: 'starts payouts, admin',
  erin: 'Compliance, Owners',
};

function configText({ custodyUrl, slackUrl, botUrl }: PageOptions): string {
  const guest = { ...bystanders.guest, id: 'guest', role: 'guest, may decide nothing' };
  const config = {
    custodyUrl,
    slackUrl,
    botWatched: botUrl !== undefined,
    organisation: organisation.name,
    channel: organisation.channel.id,
    botUserId: bot.userId,
    people: [...Object.values(people).map((person) => ({ ...person, role: ROLES[person.id] ?? '' })), guest],
    accounts: {
      ...Object.fromEntries(Object.values(people).map(({ userId, name }) => [userId, name])),
      [bot.userId]: 'Countersign (service account)',
      [payoutsBot.userId]: `${payoutsBot.name} (service account)`,
    },
    wallets: Object.fromEntries(Object.values(wallets).map(({ id, name }) => [id, name])),
  };
  // Inside a script element only `<` could end it early.
  return JSON.stringify(config).replaceAll('<', String.raw`\u003c`);
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://page').pathname;
  const { bundle, botUrl } = site;
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'only GET');
  switch (path) {
    case '/':
      return send(
        response,
        200,
        'text/html',
        bundle.html.replace('__CONFIG__', () => configText(site)),
        pagePolicy(site),
      );
    case '/page.js':
      return send(response, 200, 'text/javascript', bundle.script);
    case '/page.css':
      return send(response, 200, 'text/css', bundle.style);
    case '/bot/readyz':
      return send(response, botUrl !== undefined && (await isReady(botUrl)) ? 200 : 503, 'text/plain', '');
    default:
      return send(response, 404, 'text/plain', 'not here');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string, policy?: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(policy ? { 'content-security-policy': policy } : {}),
  });
  response.end(body);
}

/** Text from the platform is hostile in some scenes: even if a bug let markup through, nothing of it could run or call home. */
function pagePolicy({ custodyUrl, slackUrl }: PageOptions): string {
  const servers = [custodyUrl, slackUrl].map((url) => new URL(url).origin).join(' ');
  return `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${servers}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

async function isReady(botUrl: string): Promise<boolean> {
  try {
    const answered = await fetch(new URL('/readyz', botUrl), { signal: AbortSignal.timeout(2000) });
    await answered.body?.cancel();
    return answered.ok;
  } catch {
    // Not reachable is an answer here: the bot is not ready.
    return false;
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
