import { html, type Markup, svg } from './html';

/** Stripes tell green from blue where colours do not. Defined once for all drawings of the page. */
export const patterns: Markup = svg`<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<pattern id="green-stripes" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="9" height="9" fill="var(--green)"/><rect width="1.5" height="9" fill="var(--card)" opacity=".45"/></pattern></defs></svg>`;

const square = (look: string): Markup => svg`<rect class="area ${look}" x="3" y="1" width="14" height="12"/>`;

const signs: readonly (readonly [Markup, string])[] = [
  [square('blue'), 'answered by blue'],
  [square('green'), 'answered by green'],
  [square('other'), 'answered by another (S3)'],
  [square('failed'), 'failed'],
  [svg`<path class="failure-mark failed" d="M6 3L14 11M14 3L6 11"/>`, 'a request that failed'],
  [svg`<circle class="failure-mark provoked" cx="10" cy="7" r="4"/>`, 'one that was provoked'],
  [svg`<path class="failure-mark other" d="M10 1L16 7L10 13L4 7Z"/>`, 'another failure'],
  [svg`<path class="move" d="M10 2v10"/>`, 'a socket that moved'],
  [svg`<path class="traffic green" d="M10 0v14"/>`, 'production traffic changes its colour'],
];

export const legend: Markup = html`<ul class="legend">${signs.map(
  ([sign, meaning]) => html`<li><svg viewBox="0 0 20 14" aria-hidden="true">${sign}</svg>${meaning}</li>`,
)}</ul>`;
