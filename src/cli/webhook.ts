// countersign webhook: registers, tests and lists the platform's webhooks of a connection.
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { connectPlatforms } from '../platforms/index.ts';
import type { PlatformConnection, WebhookAdmin } from '../platforms/platform.ts';
import { runConfigured, type CommandDeps, type ExitCode } from './command.ts';
import { printable, table } from './terminal.ts';

type Chosen = { readonly platform: PlatformConnection; readonly admin: WebhookAdmin };

export function addWebhook(program: Command, deps: CommandDeps): void {
  const webhook = program.command('webhook').description("the platform's webhooks to this deployment");
  webhook
    .command('create')
    .argument('<url>', 'the public address of this deployment, or the whole webhook address')
    .option('--connection <name>', 'needed when there are several')
    .description('register a webhook and print its secret, once')
    .addHelpText(
      'after',
      `
The platform shows the secret only now. Put it into the environment variable that \`webhookSecrets\` of the connection
names, and start again. Until then deliveries are refused, and approvals are found by the sweep.

Examples:
  countersign webhook create https://countersign.example.com
  countersign webhook create https://countersign.example.com/webhooks/treasury --connection treasury`,
    )
    .action((url: string, options: { connection?: string }) =>
      withAdmin(deps, options, (chosen) => create(deps, chosen, url)),
    );
  webhook
    .command('ping')
    .argument('[id]', 'which webhook; needed when there are several')
    .option('--connection <name>', 'needed when there are several')
    .description('make the platform send a test delivery')
    .addHelpText(
      'after',
      '\nExamples:\n  countersign webhook ping\n  countersign webhook ping wh-… --connection treasury',
    )
    .action((id: string | undefined, options: { connection?: string }) =>
      withAdmin(deps, options, (chosen) => ping(deps, chosen, id)),
    );
  webhook
    .command('list')
    .option('--connection <name>', 'needed when there are several')
    .option('--json', 'print one JSON list')
    .description('list the webhooks that the platform knows')
    .addHelpText('after', '\nExamples:\n  countersign webhook list\n  countersign webhook list --json')
    .action((options: { connection?: string; json?: true }) =>
      withAdmin(deps, options, (chosen) => list(deps, chosen, options.json === true)),
    );
}

async function withAdmin(
  deps: CommandDeps,
  options: { connection?: string },
  act: (chosen: Chosen) => Promise<ExitCode>,
): Promise<void> {
  await runConfigured(deps, (config) => act(choose(config, options.connection)));
}

function choose(config: Config, wanted: string | undefined): Chosen {
  const connections = connectPlatforms(config.connections, Date.now);
  const names = [...connections.keys()];
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) throw new Error(`say which connection with --connection: ${names.join(', ')}`);
  const platform = connections.get(name);
  if (platform === undefined) throw new Error(`there is no connection "${name}": ${names.join(', ')}`);
  if (platform.webhooks === null) {
    throw new Error(`${platform.platform} has no way to manage webhooks from here: set it up in its dashboard`);
  }
  return { platform, admin: platform.webhooks };
}

async function create({ terminal }: CommandDeps, { platform, admin }: Chosen, url: string): Promise<ExitCode> {
  const address = webhookAddress(url, platform.name);
  const { id, secret } = await admin.create(address);
  terminal.out(`Webhook ${printable(id)} now sends to ${address}`);
  terminal.out(`Its secret, shown only this once: ${printable(secret)}`);
  terminal.out(
    `Put it where \`connections.${platform.name}.webhookSecrets\` reads it, start again, then run \`countersign webhook ping ${printable(id)}\`.`,
  );
  return 0;
}

async function ping({ terminal }: CommandDeps, { platform, admin }: Chosen, wanted?: string): Promise<ExitCode> {
  const id = wanted ?? (await onlyWebhook(admin, platform.name));
  const { status, error } = await admin.ping(id);
  if (status === '200') {
    terminal.out(`${terminal.paint('green', '✓')} ${platform.platform} reached ${printable(id)}: 200`);
    return 0;
  }
  terminal.out(
    `${terminal.paint('red', '✗')} ${platform.platform} got ${printable(status)}${error === null ? '' : `, ${printable(error)}`}`,
  );
  terminal.out(`  ${pingRemedy(status)}`);
  return 1;
}

function pingRemedy(status: string): string {
  if (status === '401')
    return 'The secret is not the one in `webhookSecrets`, or the clocks differ by more than 300 s.';
  if (status === '404') return 'The address is not POST /webhooks/<connection> of this deployment.';
  if (status === '503') return 'Countersign could not store it: look at /readyz.';
  return 'Check that the address can be reached from outside and that `countersign start` runs behind it.';
}

async function onlyWebhook(admin: WebhookAdmin, connection: string): Promise<string> {
  const webhooks = await admin.list();
  const [only] = webhooks;
  if (only === undefined) throw new Error('there is no webhook yet: run `countersign webhook create <url>`');
  const ours = webhooks.filter(({ url }) => url.endsWith(`/webhooks/${connection}`));
  const chosen = webhooks.length === 1 ? only : ours.length === 1 ? ours[0] : undefined;
  if (chosen === undefined) throw new Error(`say which one: ${webhooks.map(({ id }) => printable(id)).join(', ')}`);
  return chosen.id;
}

async function list({ terminal }: CommandDeps, { admin }: Chosen, asJson: boolean): Promise<ExitCode> {
  const webhooks = await admin.list();
  if (asJson) terminal.out(JSON.stringify(webhooks));
  else if (webhooks.length === 0) terminal.out('No webhooks. Create one with `countersign webhook create <url>`.');
  else {
    const rows = webhooks.map(({ id, status, url, events }) =>
      [id, status, url, events.join(' ')].map((cell) => printable(cell)),
    );
    for (const line of table([['ID', 'STATUS', 'ADDRESS', 'EVENTS'], ...rows])) terminal.out(line);
  }
  return 0;
}

/** People know their host's address; the path follows from the connection. */
export function webhookAddress(given: string, connection: string): string {
  if (!URL.canParse(given)) throw new Error(`"${printable(given)}" is not an address: write https://…`);
  const url = new URL(given);
  if (url.protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new Error(`"${printable(given)}" must begin with https://: approvals travel there`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  const wanted = `/webhooks/${connection}`;
  if (path.includes('/webhooks') && !path.endsWith(wanted)) {
    throw new Error(`the path of this connection ends with ${wanted}, not ${printable(path)}`);
  }
  // In front of it may stand whatever a proxy takes away again.
  url.pathname = path.endsWith(wanted) ? path : `${path}${wanted}`;
  return url.href;
}
