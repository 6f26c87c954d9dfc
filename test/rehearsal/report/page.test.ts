import { reportPage } from '../../../rehearsal/report/page';
import { failed, passing, release, request, socket } from './passing-rehearsal';
import { sampleRehearsal } from './sample-rehearsal';

const voids = new Set(['meta', '!doctype']);

/** Elements that are not closed in order, or attributes that are not written as they have to be. */
function faults(page: string): string[] {
  const open: string[] = [];
  const found: string[] = [];
  const text = page
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(
      /<(\/?)([a-z!][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)(\/?)>/gi,
      (_, closing: string, name: string, _attributes: string, selfClosing: string) => {
        if (closing) {
          const last = open.pop();
          if (last !== name) found.push(`</${name}> closes <${last}>`);
        } else if (!selfClosing && !voids.has(name)) open.push(name);
        return '';
      },
    );
  return [...found, ...open.map((name) => `<${name}> is open`), ...(text.match(/.{0,20}[<>].{0,20}/g) ?? [])];
}

const marks = (page: string, look: string) =>
  page.match(new RegExp(`<path class="failure-mark ${look}" d="[^"]+"><title>`, 'g'))?.length ?? 0;

describe('a page of 60,000 requests', () => {
  const page = reportPage(sampleRehearsal({ trouble: true, outage: true }));

  it('is below a megabyte, and well formed', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
    expect(faults(page)).toEqual([]);
  });

  it('asks nobody for anything', () => {
    expect(page).not.toMatch(
      /\b(?:src|href|srcset|action)=|https?:|@import|url\((?!#)|<(?:script|link|img|iframe|object)/i,
    );
  });

  it('has an id only once', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('says the verdict and every reason before anything else', () => {
  const page = reportPage(
    passing({ findings: [{ message: 'A task closes idle connections.' }], sockets: [socket({ end: 'lost' })] }),
  );
  const places = ['FAILED', 'got no other one', 'A task closes idle connections.', '<svg class="timeline"'];
  expect(places.map((text) => page.indexOf(text))).toEqual(
    places.map((text) => page.indexOf(text)).sort((a, b) => a - b),
  );
  expect(places.every((text) => page.includes(text))).toBe(true);
});

it('marks each failure in the drawing of the run and in that of its deployment', () => {
  const times = [1_500, 2_500, 4_500];
  const page = reportPage(
    passing({
      requests: [request(), ...times.map((at) => failed(502, { at })), failed(503, { at: 15_000 })],
      findings: [{ message: 'Idle.', at: 3_000 }],
    }),
  );
  expect(marks(page, 'failed')).toBe(4 + 3);
  expect(marks(page, 'other')).toBe(1 + 1);
  expect(page).toContain('<title>0:04.5 setting: 502 after 4.0 ms</title>');
  expect(marks(reportPage(passing()), '[a-z]+')).toBe(0);
});

it('counts failures of one moment that have no room', () => {
  const page = reportPage(passing({ requests: Array.from({ length: 50 }, () => failed(502)) }));
  expect(marks(page, 'failed')).toBe(5 + 5);
  expect(page).toContain('and 45 more at this time');
  expect(page).toContain('what went wrong: 50');
});

it('escapes whatever it is given', () => {
  const evil = '<script>alert("1")</script>&\'\u0007';
  const page = reportPage(
    passing({
      revision: evil,
      deployments: [{ ...release, title: evil, reason: evil, status: 'ROLLBACK_FAILED' }],
      requests: [failed(evil, { kind: evil, target: `green/${evil}` }), request({ target: evil })],
      sockets: [socket({ end: 'lost', reason: evil, moves: [{ at: 4_000, ms: 3, from: evil, to: evil }] })],
      jobs: [{ id: evil, at: 0, done: [] }],
      findings: [{ message: evil, at: 100 }],
    }),
  );
  expect(page).not.toContain('<script');
  expect(page).not.toContain('\u0007');
  expect(faults(page)).toEqual([]);
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
});

it('stands even where next to nothing was seen', () => {
  const page = reportPage(passing({ requests: [], deployments: [], sockets: [], jobs: [], tasks: [], endedAt: 0 }));
  expect(faults(page)).toEqual([]);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
  expect(page).toContain('There was not one request');
});

it('draws a deployment that had no stage', () => {
  const page = reportPage(passing({ deployments: [{ ...release, stages: [] }] }));
  expect(faults(page)).toEqual([]);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});
