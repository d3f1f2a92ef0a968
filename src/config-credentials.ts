// A service account's credentials, read by the schema of its own platform.
import type { z } from 'zod';
import type { Role } from './config-environment.ts';
import { unsetFault, type MissingVariable, type Placed, type ServiceAccount } from './config-file.ts';
import { faultsIn, suggestion, type PlacedFault } from './rules/document.ts';

export type PlatformSchemas = Readonly<Record<string, { readonly credentials: z.ZodType }>>;

export type CredentialsReading = {
  readonly name: string;
  /** Undefined when there are faults. */
  readonly credentials: unknown;
  readonly faults: readonly PlacedFault[];
};

export function readCredentials(input: {
  readonly account: Placed<ServiceAccount>;
  readonly missing: readonly MissingVariable[];
  readonly role: Role;
  readonly platforms: PlatformSchemas;
}): CredentialsReading {
  const { place, value: account } = input.account;
  const { name } = account;
  const missing = input.missing.filter((variable) => variable.place[1] === name);
  const known = Object.keys(input.platforms);
  const schema = known.includes(account.platform) ? input.platforms[account.platform]?.credentials : undefined;
  if (schema === undefined) {
    const words = `"${account.platform}" is not supported; this version supports: ${known.join(', ')}`;
    const fault = { place: [...place, 'platform'], words, remedy: suggestion(account.platform, known) };
    return { name, credentials: undefined, faults: [fault, ...missing.map(unsetFault)] };
  }
  // The key that signs votes is needed only where votes are sent: elsewhere the platform's schema may do without it.
  const mayLack = input.role === 'web' || input.role === 'migrate' || account.mode !== 'vote';
  const lacking = new Set(missing.map((variable) => variable.place[3]));
  const given = Object.fromEntries(Object.entries(account.credentials).filter(([key]) => !lacking.has(key)));
  const reading = schema.safeParse(given);
  if (reading.success && (mayLack || missing.length === 0)) return { name, credentials: reading.data, faults: [] };
  const at = [...place, 'credentials'];
  const found = reading.success ? [] : faultsIn({ error: reading.error, value: given, place: at, remedyFor });
  const others = found.filter((fault) => !lacking.has(fault.place[3] ?? ''));
  return { name, credentials: undefined, faults: [...missing.map(unsetFault), ...others] };
}

function remedyFor(): string {
  return "Correct the service account's credentials; keep the secret ones in the environment as ${NAME}.";
}
