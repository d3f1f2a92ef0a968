// The service account's credentials as configuration writes them, and a sentence for each fault.
import { z } from 'zod';
import { readPrivateKey } from './sign.ts';
import { idSchema } from './wire.ts';

export type DfnsCredentials = {
  readonly userId: string;
  readonly token: string;
  /** Null: the first key that Dfns offers for a challenge. */
  readonly credentialId: string | null;
  /** PEM; null in a process that only reads and never submits. */
  readonly privateKey: string | null;
};

export const credentialsSchema: z.ZodType<DfnsCredentials> = z.strictObject(
  {
    userId: idSchema,
    token: z
      .string('is missing: the access token that Dfns showed once when the service account was created')
      .regex(/^[\x21-\x7e]+$/, 'is empty or holds white space: paste the access token as one line'),
    credentialId: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,256}$/, 'is not a credential id: take `credId` of the access token, base64url')
      .nullish()
      .transform((id) => id ?? null),
    privateKey: z
      .string()
      .nullish()
      .transform((text, context) => {
        if (text === null || text === undefined) return null;
        const reading = readPrivateKey(text);
        if (reading.kind === 'ok') return text;
        context.addIssue(reading.words);
        return z.NEVER;
      }),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? `does not know ${issue.keys.join(', ')}` : undefined) },
);
