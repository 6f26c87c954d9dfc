import { type Content, html, Markup } from '../rehearsal/report/html';
import type { Widget } from './body';
import { graph } from './graph';

/** Pixels of a unit of CloudWatch's grid, which is 24 units wide. */
const unit = { width: 56, height: 46 };

const style = new Markup(`
  body { margin: 0; background: #f2f3f3; font: 13px/1.4 system-ui, sans-serif; color: #16191f; }
  header { padding: 10px 14px; background: #fff8e1; border-bottom: 1px solid #e4d9ad; }
  main { position: relative; width: ${unit.width * 24}px; margin: 8px auto; }
  section { position: absolute; box-sizing: border-box; padding: 3px; }
  section > div { background: #fff; border: 1px solid #d5dbdb; border-radius: 3px; height: 100%; box-sizing: border-box; padding: 6px 8px; overflow: hidden; }
  section.text > div { background: none; border: none; }
  h1, h2, h3, p, ul { margin: 0; } h1 { font-size: 20px; } h2 { font-size: 17px; padding-top: 6px; } h3 { font-size: 13px; }
  ul { padding-left: 18px; } svg { display: block; } svg text { font-size: 10px; fill: #687078; }
  .legend { display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 10.5px; color: #414d5c; }
  .legend i { display: inline-block; width: 9px; height: 9px; border-radius: 2px; margin-right: 4px; }
  .alarms { display: flex; flex-wrap: wrap; gap: 3px; margin-top: 4px; }
  .alarms span { background: #eaf6ec; border-left: 3px solid #2ca02c; padding: 0 5px; font-size: 10.5px; }
  code { background: #eaeded; padding: 0 3px; }
`);

/** A picture of what CloudWatch would show; its lines are made up, everything else is the template's. */
export function dashboardPage(environment: string, widgets: readonly Widget[]): string {
  const rows = Math.max(...widgets.map(({ y, height }) => y + height));
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8">
    <title>Dashboard of ${environment}</title><style>${style}</style></head><body>
    <header>The dashboard <b>mr-mentor-${environment}</b> as its template has it. The lines are made up: nothing was measured.</header>
    <main style="height:${rows * unit.height}px">${widgets.map(placed)}</main></body></html>`.text;
}

function placed(widget: Widget): Markup {
  const { x, y, width, height, type } = widget;
  const place = `left:${x * unit.width}px;top:${y * unit.height}px;width:${width * unit.width}px;height:${height * unit.height}px`;
  return html`<section class="${type}" style="${place}"><div>${drawn(widget)}</div></section>`;
}

function drawn(widget: Widget): Content {
  const { title, markdown = '', alarms = [], annotations } = widget.properties;
  if (widget.type === 'text') return markdown.split('\n').map(markdownLine);
  if (widget.type === 'alarm')
    return html`<h3>${title} (${alarms.length})</h3><p class="alarms">${alarms.map((name) => html`<span>${name.replace(/^mr-mentor-\w+-\w+-/, '')}</span>`)}</p>`;
  if (annotations?.alarms)
    return html`<h3>${title}</h3><p>The graph of ${annotations.alarms.map((arn) => html`<code>${arn.replace(/^.*:alarm:/, '')}</code>`)} in ${widget.properties.region}.</p>`;
  return html`<h3>${title}</h3>${graph(widget, widget.width * unit.width - 26, widget.height * unit.height - 74)}`;
}

/** Of Markdown, what the dashboard uses. */
function markdownLine(line: string): Content {
  const [, hashes = '', rest = ''] = /^(#{0,2}|-)\s*(.*)$/.exec(line) ?? [];
  const content = inline(rest);
  if (hashes === '#') return html`<h1>${content}</h1>`;
  if (hashes === '##') return html`<h2>${content}</h2>`;
  if (hashes === '-') return html`<ul><li>${content}</li></ul>`;
  return html`<p>${content}</p>`;
}

const inline = (text: string): Content[] =>
  text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/).map((part): Content => {
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**')) return html`<b>${part.slice(2, -2)}</b>`;
    const [, words, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    return words === undefined ? part : html`<a href="${target}">${words}</a>`;
  });
