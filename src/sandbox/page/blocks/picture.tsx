// Stands in for a picture.
/** Pictures come from elsewhere and this page loads nothing from elsewhere, so their text stands in. */
export function Picture({ alt }: { alt: string }) {
  return (
    <span className="block-image" role="img" aria-label={alt}>
      ▣ {alt}
    </span>
  );
}
