import { Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { readName } from '../../lib/constructs/published-name';
import { readMetric } from '../../lib/constructs/read-metric';
import { account, all, app, region } from './stack';

function two() {
  const scope = app();
  const env = { account, region };
  const owner = new Stack(scope, 'owner', { env });
  return { owner, reader: new Stack(scope, 'reader', { env }), queue: new sqs.Queue(owner, 'Queue') };
}
const templates = ({ owner, reader }: ReturnType<typeof two>) => ({
  owner: Template.fromStack(owner),
  reader: Template.fromStack(reader),
});

it('publishes a name in the stack that has it, once, and reads it in another, without an export', () => {
  const site = two();
  const texts = [1, 2].map(() => readName(site.reader, site.queue, `sqs#/${site.queue.queueName}/of/${account}`));
  const resolved = site.reader.resolve(texts[0]);
  const { owner, reader } = templates(site);
  const [parameter, ...others] = all(owner, 'AWS::SSM::Parameter');
  expect(others).toEqual([]);
  expect(parameter?.Properties).toMatchObject({
    Value: { 'Fn::GetAtt': [expect.stringMatching(/^Queue/), 'QueueName'] },
  });
  expect(parameter?.Properties.Name).toBe('/owner/Queue.QueueName');
  expect(owner.toJSON().Outputs).toBeUndefined();

  const parameters = Object.entries(reader.toJSON().Parameters).filter(([id]) => id !== 'BootstrapVersion');
  expect(parameters).toEqual([
    [expect.any(String), { Type: 'AWS::SSM::Parameter::Value<String>', Default: parameter?.Properties.Name }],
  ]);
  expect(resolved).toEqual({ 'Fn::Join': ['', ['sqs#/', { Ref: parameters[0]?.[0] }, `/of/${account}`]] });
});

it('leaves text alone that everybody knows, and what is read where it is', () => {
  const { owner, reader, queue } = two();
  expect(readName(reader, queue, 'mr-mentor-production')).toBe('mr-mentor-production');
  expect(readName(owner, queue, queue.queueName)).toBe(queue.queueName);
  expect(all(Template.fromStack(owner), 'AWS::SSM::Parameter')).toEqual([]);
});

it('keeps everything of a metric but the way to its names', () => {
  const site = two();
  const { queue, reader } = site;
  const visible = queue.metricApproximateNumberOfMessagesVisible({ statistic: 'max', label: 'waiting' });
  const read = readMetric(
    reader,
    queue,
    new cloudwatch.MathExpression({ expression: 'm * 2', usingMetrics: { m: visible } }),
  );
  new cloudwatch.Alarm(reader, 'Alarm', { metric: read, threshold: 1, evaluationPeriods: 1 });
  const { reader: template, owner } = templates(site);
  const [alarm] = all(template, 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties.Metrics).toEqual([
    expect.objectContaining({ Expression: 'm * 2' }),
    expect.objectContaining({
      Id: 'm',
      Label: 'waiting',
      MetricStat: expect.objectContaining({ Stat: 'Maximum', Period: 300 }),
    }),
  ]);
  expect(JSON.stringify(alarm)).not.toContain('ImportValue');
  expect(all(owner, 'AWS::SSM::Parameter')).toHaveLength(1);
});

it('refuses what is computed, and has no name to publish', () => {
  const { reader, queue } = two();
  const computed = Fn.select(1, Fn.split('/', queue.queueName));
  expect(() => readName(reader, queue, computed)).toThrow(
    /^owner: \{"Fn::Select":.*\} is no reference to a resource of this stack; state one that is\.$/,
  );
});

it('refuses a metric that it does not know how to read', () => {
  const { queue, reader } = two();
  class Other {
    readonly toMetricConfig = () => ({});
    readonly warnings = [];
  }
  expect(() => readMetric(reader, queue, new Other())).toThrow(
    'Other is neither Metric nor MathExpression; add it to readMetric().',
  );
});
