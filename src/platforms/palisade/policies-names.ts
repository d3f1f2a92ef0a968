// Ids and names of the platform in the forms that a rulebook takes.
import { createHash } from 'node:crypto';

/** Letters, digits, dots and dashes; where that changes the id, a part of its hash keeps it unique. */
export function ruleId(platform: string, id: string): string {
  const plain = `${platform}-${id}`.replace(/[^A-Za-z0-9._-]+/g, '-');
  if (plain === `${platform}-${id}` && plain.length <= 57) return plain;
  return `${plain.slice(0, 46)}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

/** One line of printable characters, as titles are. */
export function printable(text: string, most: number): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, most).join('').trim() || 'without a name';
}
