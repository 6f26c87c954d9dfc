import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';

/** The least that a CDK app can be, with the same CLI, loader, feature flags and validator as ours. */
const app = new App({ analyticsReporting: false });
new Bucket(new Stack(app, 'floor', { env: { account: '000000000001', region: 'ap-south-1' } }), 'Bucket');
