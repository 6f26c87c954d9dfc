const longestInKey = 100;

/** A file name for a key: it needs no encoding in any URL, and keeps its ending where it is cut. */
export function nameInKey(fileName: string): string {
  const plain = fileName
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '');
  const end = plain.lastIndexOf('.');
  const ending = end > 0 ? plain.slice(end).slice(0, 10) : '';
  const stem = end > 0 ? plain.slice(0, end) : plain;
  return `${stem.slice(0, longestInKey - ending.length) || 'file'}${ending}`;
}

/** The header with which a browser saves under this name: in ASCII for old ones, as it is by RFC 5987. */
export function contentDisposition(how: 'inline' | 'attachment', fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${nameInKey(fileName)}"; filename*=UTF-8''${encoded}`;
}
