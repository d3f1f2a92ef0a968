// The files that a deployment starts from are complete, speak of variables that exist, and keep the key where it belongs.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import { z } from 'zod';
import { describeFaults, loadConfig, type Role } from '../../src/config.ts';
import { platforms } from '../../src/platforms/index.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { variableSentences } from './configuration-sentences.ts';
import { projectDir, projectFiles } from './files.ts';

const signingKey = 'DFNS_PRIVATE_KEY';

describe('the manifests', () => {
  it('are all YAML that parses', async () => {
    const paths = (await projectFiles()).filter((path) => /^manifests\/.*\.ya?ml$/.test(path));

    const faults = await Promise.all(
      paths.map(async (path) =>
        parseAllDocuments(await read(path), { merge: true }).flatMap(({ errors }) => errors.map(String)),
      ),
    );

    expect(paths.length).toBeGreaterThan(8);
    expect(faults.flat()).toEqual([]);
  });

  it.each(['web', 'worker', 'all'] as const)('hold a Kubernetes configuration that %s accepts', async (role) => {
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(await yaml('k8s/config.yaml'));

    expect(faultsOf((path) => data[basename(path)] ?? '', role)).toBe('');
  });

  it('hold an example configuration that is accepted', async () => {
    const files = {
      'countersign.yaml': await read('manifests/countersign.example.yaml'),
      'rulebook.yaml': await read('manifests/rulebook.example.yaml'),
    };

    expect(faultsOf((path) => Object.entries(files).find(([name]) => path.endsWith(name))?.[1] ?? '', 'all')).toBe('');
  });
});

describe('the example configuration in mode vote', () => {
  it('does not need the key that signs in the process that faces the internet', async () => {
    expect(await faultsInModeVote('web')).toBe('');
  });

  it('needs it in the process that sends decisions', async () => {
    expect(await faultsInModeVote('worker')).toContain(`needs the environment variable ${signingKey}`);
  });
});

describe('compose', () => {
  it('gives Countersign only variables that it reads', async () => {
    const services = await ours();

    const given = services.flatMap(({ environment }) => Object.keys(environment));

    expect(await unread(given)).toEqual([]);
  });

  it("gives the service account's key to the worker alone", async () => {
    const holders = (await ours()).filter(({ environment }) => signingKey in environment);

    expect(holders.map(({ name }) => name)).toEqual(['worker']);
  });

  it('waits for a healthy database and for the migration', async () => {
    const { services } = await compose();

    expect(services['migrate']?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const name of ['web', 'worker']) {
      expect(services[name]?.depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
  });

  it('starts a Redis that never forgets a job', async () => {
    const { services } = await compose();

    expect(services['redis']?.command).toEqual(expect.arrayContaining(['noeviction', '--appendonly', 'yes']));
  });
});

describe('kubernetes', () => {
  it('lists every file that it consists of', async () => {
    const { resources } = z.object({ resources: z.array(z.string()) }).parse(await yaml('k8s/kustomization.yaml'));

    const files = (await projectFiles())
      .filter((path) => path.startsWith('manifests/k8s/'))
      .map((path) => basename(path))
      .filter((name) => name !== 'kustomization.yaml');
    expect(resources.toSorted()).toEqual(files);
  });

  it('runs every pod without powers: no root, nothing to write to, no capability, no cluster account', async () => {
    for (const { pod, name } of await pods()) {
      expect(pod, name).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      });
    }
  });

  it('gives Countersign only variables that it reads, among them the ones that it cannot do without', async () => {
    const given = (await pods()).flatMap(({ pod }) => pod.containers.flatMap(({ env }) => env.map(({ name }) => name)));

    expect(await unread(given)).toEqual([]);
    expect(given).toContain('CONFIG_FILE');
  });

  it("gives the service account's key to the worker alone", async () => {
    const holders = (await pods()).filter(({ pod }) =>
      pod.containers.some(({ envFrom }) => envFrom.some((from) => from.secretRef.name === 'countersign-signing-key')),
    );

    expect(holders.map(({ name }) => name)).toEqual(['countersign-worker']);
  });
});

async function read(path: string): Promise<string> {
  return readFile(join(projectDir, path), 'utf8');
}

async function yaml(path: string): Promise<unknown> {
  return parseDocument(await read(`manifests/${path}`), { merge: true }).toJS();
}

const composeShape = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.unknown()).default({}),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
    }),
  ),
});

async function compose(): Promise<z.output<typeof composeShape>> {
  return composeShape.parse(await yaml('compose.yaml'));
}

async function ours() {
  const { services } = await compose();
  const entries = Object.entries(services).map(([name, service]) => ({ name, ...service }));
  return entries.filter(({ image }) => image.startsWith('countersign'));
}

const podShape = z.looseObject({
  containers: z.array(
    z.looseObject({
      env: z.array(z.object({ name: z.string(), value: z.string() })),
      envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })),
    }),
  ),
});

const workloadShape = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ template: z.object({ spec: podShape }) }),
});

async function pods() {
  const texts = await Promise.all(['web', 'worker', 'migrate'].map(async (name) => read(`manifests/k8s/${name}.yaml`)));
  const found = texts.flatMap((text) =>
    parseAllDocuments(text).flatMap((document) => {
      const reading = workloadShape.safeParse(document.toJS());
      return reading.success ? [{ name: reading.data.metadata.name, pod: reading.data.spec.template.spec }] : [];
    }),
  );
  expect(found).toHaveLength(3);
  return found;
}

/** Neither an environment variable of ours, nor one that an example of the configuration names as `${NAME}`. */
async function unread(names: readonly string[]): Promise<readonly string[]> {
  const example = await read('manifests/countersign.example.yaml');
  return names.filter((name) => !(name in variableSentences) && !example.includes(`\${${name}}`));
}

async function faultsInModeVote(role: Role): Promise<string> {
  const example = (await read('manifests/countersign.example.yaml')).replace('mode: observe', 'mode: vote');
  const rulebook = await read('manifests/rulebook.example.yaml');
  return faultsOf((path) => (path.includes('rulebook') ? rulebook : example), role);
}

function faultsOf(readText: (path: string) => string, role: Role): string {
  const env = {
    ROLE: role,
    DATABASE_URL: 'postgres://countersign:test@database/countersign',
    SLACK_BOT_TOKEN: 'xoxb-TEST-ONLY',
    SLACK_SIGNING_SECRET: 'TEST0ONLY0SIGNING0SECRET00000000',
    AUDIT_KEY: 'TEST-ONLY-0123456789-0123456789-0123456789',
    DFNS_WEBHOOK_SECRET: 'TEST-ONLY-0123456789-0123456789',
    DFNS_TOKEN: 'TEST-ONLY',
    DFNS_CREDENTIAL_ID: 'TEST-ONLY',
  };
  // Watching needs no key, so none is given.
  const reading = loadConfig({ env, readFile: readText, platforms, parseRulebook });
  return reading.kind === 'ok' ? '' : describeFaults(reading.faults);
}
