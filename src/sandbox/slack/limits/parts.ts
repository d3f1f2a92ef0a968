// The fields that many Block Kit elements share.
import { z } from 'zod';
import { confirm, identifier, plainText } from './text.ts';

export const action = { action_id: identifier.optional() };
export const confirmable = { confirm: confirm.optional() };
export const focusable = { focus_on_load: z.boolean().optional() };
export const placeholder = { placeholder: plainText(150).optional() };
