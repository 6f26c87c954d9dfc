import { join } from 'node:path';
import { readDashboard, type Widget } from '../../dashboard/body';
import { madeUpLine } from '../../dashboard/lines';
import { dashboardPage } from '../../dashboard/page';
import { environmentNames } from '../deployed';

const assembly = join(process.env.TEST_ASSEMBLIES ?? '', 'deployed');

describe.each(environmentNames)('the page of %s', (environment) => {
  const widgets = readDashboard(assembly, environment);
  const page = dashboardPage(environment, widgets);

  it('shows every widget at its place, with its title', () => {
    expect(page.match(/<section /g)).toHaveLength(widgets.length);
    for (const { properties } of widgets.filter(({ type }) => type !== 'text'))
      expect(page).toContain(properties.title?.replaceAll("'", '&#39;'));
  });

  it('calls alarms by their names, and resolves every reference', () => {
    const alarms = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    expect(alarms.length).toBeGreaterThan(60);
    for (const name of alarms) expect(name).toMatch(new RegExp(`^mr-mentor-${environment}-(page|ticket)-`));
    expect(page).not.toMatch(/\[object|Fn::|undefined|NaN/);
  });

  it('says that its lines are made up', () => expect(page).toContain('The lines are made up'));
});

it('escapes what a template says', () => {
  const widget: Widget = {
    ...{ type: 'text', x: 0, y: 0, width: 24, height: 1 },
    properties: { markdown: '# <script>alert(1)</script> [x](https://a.b/"onclick=) `<b>`' },
  };
  const page = dashboardPage('demo', [widget]);
  expect(page).not.toContain('<script>');
  expect(page).toContain('&lt;script&gt;');
  expect(page).toContain('href="https://a.b/&quot;onclick="');
});

it('draws the same line each time, between nothing and what is asked for', () => {
  expect(madeUpLine('CPU', 80)).toEqual(madeUpLine('CPU', 80));
  expect(madeUpLine('CPU', 80)).not.toEqual(madeUpLine('Memory', 80));
  for (const value of madeUpLine('CPU', 80)) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(120);
  }
});

it('says which assembly has no dashboard', () => {
  expect(() => readDashboard('/nowhere', 'production')).toThrow('/nowhere is no cloud assembly');
  expect(() => readDashboard(assembly, 'moon')).toThrow('no dashboard of moon');
});
