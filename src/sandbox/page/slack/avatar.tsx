// A person's or the bot's picture, drawn from the name because the page loads nothing from elsewhere.
const HUES = [212, 262, 152, 24, 340, 190, 48];

export function Avatar({ id, name, bot = false }: { id: string; name: string; bot?: boolean }) {
  if (bot) {
    return (
      <span className="avatar avatar-bot" aria-hidden="true">
        ✓
      </span>
    );
  }
  const sum = Array.from(id, (letter) => letter.codePointAt(0) ?? 0).reduce((total, code) => total + code, 0);
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
  const style: AvatarStyle = { '--hue': String(HUES[sum % HUES.length] ?? 212) };
  return (
    <span className="avatar" aria-hidden="true" style={style}>
      {initials}
    </span>
  );
}

type AvatarStyle = React.CSSProperties & { '--hue': string };
