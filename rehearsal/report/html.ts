/** Text that is HTML already: what `html` made, and the page's own style. Everything else is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// A record may hold what a service answered or logged: control characters have no place in a document.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

const escaped = (text: string): string =>
  text.replace(controls, '�').replace(/[&<>"']/g, (found) => entities[found] ?? '');

function rendered(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(rendered).join('');
}

/** Whatever is put in is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + rendered(contents[index - 1]) + part));
}

/** The same; the name says what is inside. */
export const svg = html;
