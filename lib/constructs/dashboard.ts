import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { EnvironmentConfig, Severity } from '../config/environment';
import { application, edgeRegion } from '../config/names';
import { alarmName, runbookLink } from './alarm-text';
import type { Alarms } from './alarms';
import { graphsOf } from './dashboard-graphs';
import { type Monitoring, type View, views } from './monitoring';

export interface DashboardProps {
  readonly env: EnvironmentConfig;
  readonly monitoring: Monitoring;
  readonly edgeMonitoring: Monitoring;
  readonly alarms: Alarms;
}

/** CloudWatch's grid has 24 columns. */
const columns = 24;
const graph = { width: 8, height: 6 };

/** One page for an environment, of what the constructs registered: an alarm without a graph cannot be. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { env } = props;
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `${application}-${env.name}`,
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(
      text(1, `# mr-mentor ${env.name} · [runbook](${runbook}) · \`npm run release -- status ${env.name}\``),
    );
    dashboard.addWidgets(...this.states(props));
    for (const [view, title] of Object.entries(views)) {
      dashboard.addWidgets(text(1, `## ${title}`));
      for (const row of rowsOf([...this.graphs(view as View, props), ...this.edgeGraphs(view as View, props)]))
        dashboard.addWidgets(...row);
    }
    dashboard.addWidgets(text(1, '## Cost'));
    dashboard.addWidgets(...cost(props));
  }

  /** What is wrong now, before anybody reads a graph. */
  private states({ alarms }: DashboardProps): cloudwatch.IWidget[] {
    const made = (severity: Severity) =>
      alarms.made.filter((alarm) => alarm.severity === severity).map((alarm) => alarm.made);
    const widget = (title: string, width: number, of: cloudwatch.AlarmStatusWidgetProps['alarms']) =>
      new cloudwatch.AlarmStatusWidget({
        title,
        alarms: of,
        width,
        height: 6,
        sortBy: cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      });
    return [widget('Pages', 8, [...alarms.incidents, ...made('page')]), widget('Tickets', 16, made('ticket'))];
  }

  private graphs(view: View, { monitoring }: DashboardProps): cloudwatch.IWidget[] {
    return graphsOf(this, monitoring, view).map(({ title, metrics, stacked, thresholds }) => {
      return new cloudwatch.GraphWidget({
        ...graph,
        title,
        stacked,
        left: metrics,
        leftAnnotations: thresholds,
        leftYAxis: { min: 0, showUnits: false },
      });
    });
  }

  /** By alarm: the metrics' dimensions are known to stacks of us-east-1 only, the alarms have names. */
  private edgeGraphs(view: View, { edgeMonitoring, env }: DashboardProps): cloudwatch.IWidget[] {
    return edgeMonitoring.alarms
      .filter(({ alarm }) => alarm.view === view)
      .map(({ severity, alarm }) => {
        const alarmArn = Stack.of(this).formatArn({
          service: 'cloudwatch',
          region: edgeRegion,
          resource: 'alarm',
          resourceName: alarmName(env.name, severity, alarm),
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        });
        return new cloudwatch.AlarmWidget({
          ...graph,
          title: alarm.of ? `${alarm.title}: ${alarm.of}` : alarm.title,
          region: edgeRegion,
          alarm: cloudwatch.Alarm.fromAlarmArn(this, alarmName(env.name, severity, alarm), alarmArn),
          leftYAxis: { min: 0, showUnits: false },
        });
      });
  }
}

const runbook = runbookLink('').replace('#', '');

const text = (height: number, markdown: string): cloudwatch.TextWidget =>
  new cloudwatch.TextWidget({
    markdown,
    width: columns,
    height,
    background: cloudwatch.TextWidgetBackground.TRANSPARENT,
  });

/** Full rows of equal widgets: CloudWatch would put the next one wherever there is room. */
function rowsOf(widgets: readonly cloudwatch.IWidget[]): cloudwatch.IWidget[][] {
  const perRow = columns / graph.width;
  return Array.from({ length: Math.ceil(widgets.length / perRow) }, (_, row) =>
    widgets.slice(row * perRow, (row + 1) * perRow),
  );
}

/** CloudWatch knows what the account costs; what the environment costs, Budgets knows, and has no metric of it. */
function cost({ env, monitoring }: DashboardProps): cloudwatch.IWidget[] {
  const budgets = 'https://console.aws.amazon.com/billing/home#/budgets';
  return [
    new cloudwatch.GraphWidget({
      ...graph,
      title: `Charges of the account this month, US $`,
      region: edgeRegion,
      left: [
        new cloudwatch.Metric({
          namespace: 'AWS/Billing',
          metricName: 'EstimatedCharges',
          statistic: cloudwatch.Stats.MAXIMUM,
          region: edgeRegion,
          dimensionsMap: { Currency: 'USD' },
        }),
      ],
      leftYAxis: { min: 0, showUnits: false },
    }),
    new cloudwatch.TextWidget({
      width: columns - graph.width,
      height: graph.height,
      markdown: [
        `**${env.name}** may cost **US $${env.monthlyBudgetUsd}** a month: [budget](${budgets}).`,
        ...monitoring.notices.map(({ name, meaning }) => `- [${name}](${runbookLink(name)}): ${meaning}`),
        '',
        `What it is made of, before it is spent: \`npm run cost -- ${env.name}\``,
      ].join('\n'),
    }),
  ];
}
