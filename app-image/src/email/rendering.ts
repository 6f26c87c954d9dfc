import type { Template } from './templates';

export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

type Data = Readonly<Record<string, unknown>>;

const time = new Intl.DateTimeFormat('en-IN', { dateStyle: 'full', timeStyle: 'short', timeZone: 'Asia/Kolkata' });
const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

/** Everything that was told is shown as it was typed, in a mail program that reads HTML, too. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
/** A header is one line, whatever was told. */
const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

/** @returns undefined where a field is not told */
function filled(line: string, data: Data): string | undefined {
  let missing = false;
  const text = line.replace(/\{(\w+)(:time)?\}/g, (_, field: string, asTime?: string) => {
    const value = Object.hasOwn(data, field) ? data[field] : undefined;
    if (value === undefined) missing = true;
    return asTime && value !== undefined ? `${time.format(new Date(String(value)))} IST` : String(value);
  });
  return missing ? undefined : text;
}

export function render({ subject, paragraphs, action }: Template, data: Data): Content {
  const told = paragraphs.flatMap((paragraph) => filled(paragraph, data) ?? []);
  const link = action && data[action.link] !== undefined ? String(data[action.link]) : undefined;
  const button = action && link ? { label: action.label, link } : undefined;
  const inHtml = told.map((paragraph) => `<p>${escaped(paragraph).replace(/\r?\n/g, '<br>\n')}</p>`);
  if (button) inHtml.push(`<p><a href="${escaped(button.link)}">${escaped(button.label)}</a></p>`);
  return {
    subject: oneLine(filled(subject, data) ?? ''),
    text: `${[...told, ...(button ? [`${button.label}: ${button.link}`] : [])].join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${inHtml.join('\n')}\n</body></html>\n`,
  };
}
