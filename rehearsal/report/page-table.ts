import { type Content, html, type Markup } from './html';

export interface Column {
  readonly title: string;
  /** Stands at the right. @default false */
  readonly number?: boolean;
}

export interface Row {
  readonly cells: readonly Content[];
  /** A heading among the rows, or what belongs to it. @default - a row like all others */
  readonly look?: 'group' | 'inner';
}

/** Scrolls in its own box where it is wider than the page; the first cell names the row. */
export function table(name: string, caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const side = (index: number) => (columns[index]?.number ? 'number' : 'word');
  const head = columns.map(({ title }, index) => html`<th scope="col" class="${side(index)}">${title}</th>`);
  const body = rows.map(({ cells: [first, ...rest], look }) => {
    const others = rest.map((cell, index) => html`<td class="${side(index + 1)}">${cell}</td>`);
    return html`<tr class="${look}"><th scope="row">${first}</th>${others}</tr>\n`;
  });
  return html`<p class="soft">${caption}</p>
<div class="box" tabindex="0" role="region" aria-label="${name}"><table aria-label="${name}">
<thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}
