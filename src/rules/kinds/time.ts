// The hour and the weekday in a stated time zone, when it is evaluated.
import { z } from 'zod';
import { closedObject, refuse } from '../document.ts';
import { defineKind, truthOf } from '../kind.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const clock = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'must be a time of day, e.g. "09:30"');

const zone = z.string().superRefine((name, ctx) => {
  if (isTimeZone(name)) return;
  refuse(
    ctx,
    name,
    `"${name.slice(0, 60)}" is not a time zone`,
    'Write an IANA name, e.g. `zone: Europe/Zurich`, or `UTC`.',
  );
});

const settings = closedObject({
  zone,
  from: clock.optional(),
  to: clock.optional(),
  days: z.array(z.enum(weekdays)).min(1).optional(),
}).superRefine(({ from, to, days }, ctx) => {
  if (from === undefined && to === undefined && days === undefined) {
    refuse(ctx, undefined, 'has neither from, to nor days', "Write e.g. `from: '09:00', to: '17:00'`.");
  }
  if ((from ?? '00:00') >= (to ?? '24:00')) {
    refuse(ctx, undefined, 'begins at or after its end', 'Over midnight, write `not` around the hours of the day.');
  }
});

/** `from` is in, `to` is not. */
export const time = defineKind({
  kind: 'time',
  settings,
  prepare: ({ zone: timeZone, from = '00:00', to = '24:00', days }) => {
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const onDays = days === undefined ? '' : ` on ${days.join(', ')}`;
    return {
      wanted: `${from} to ${to}${onDays} (${timeZone})`,
      test: ({ now }, say) => {
        const parts = new Map(local.formatToParts(now).map(({ type, value }) => [type, value]));
        const day = (parts.get('weekday') ?? '').toLowerCase();
        const at = `${parts.get('hour')}:${parts.get('minute')}`;
        const holds = at >= from && at < to && (days === undefined || days.some((name) => name === day));
        say?.(
          `${day} ${at}`,
          holds ? `it is ${day} ${at} in ${timeZone}` : `it is ${day} ${at} in ${timeZone}, outside the hours`,
        );
        return truthOf(holds);
      },
    };
  },
});

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // The only way to ask: an unknown zone throws a RangeError.
    return false;
  }
}
