// Approvals as files in a platform's own form, by platform: for a simulation, which asks no platform.
import { readDocument } from './dfns/index.ts';
import type { ApprovalReading } from './platform.ts';

/** `serviceAccount` is our own account there, so that what concerns it can be named. */
export const approvalDocuments: Readonly<Record<string, (text: string, serviceAccount: string) => ApprovalReading>> = {
  dfns: readDocument,
};
