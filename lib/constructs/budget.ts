import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config/environment';
import { application } from '../config/names';
import type { Monitoring } from './monitoring';

export interface BudgetProps {
  readonly topic: sns.ITopic;
  readonly monitoring: Monitoring;
  readonly env: EnvironmentConfig;
}

/** Tells when an environment costs more than was agreed; it stops nothing. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { topic, monitoring, env }: BudgetProps) {
    super(scope, id);
    monitoring.notice({
      name: 'Budget',
      meaning: `${env.name} has cost four fifths of US $${env.monthlyBudgetUsd} this month, or will cost more by its end.`,
    });
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    });
    new budgets.CfnBudget(this, 'Monthly', {
      budget: {
        budgetName: `${application}-${env.name}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: env.monthlyBudgetUsd, unit: 'USD' },
        // The cost allocation tag has to be activated once in the account's billing settings.
        costFilters: { TagKeyValue: [`user:Environment$${env.name}`] },
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
  }
}
