const longestInKey = 100;

const longestEnding = 10;

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '');

/** A file name for a key: letters, digits, `_` and `-`, and its ending, which need no encoding in any URL. */
export function nameInKey(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [fileName.slice(0, dot), fileName.slice(dot + 1)] : [fileName, ''];
  return [plain(stem).slice(0, longestInKey) || 'file', plain(ending).slice(0, longestEnding)]
    .filter(Boolean)
    .join('.');
}

/** The header with which a browser saves under this name: in ASCII for old ones, as it is by RFC 5987. */
export function contentDisposition(how: 'inline' | 'attachment', fileName: string): string {
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${nameInKey(fileName)}"; filename*=UTF-8''${encoded}`;
}
