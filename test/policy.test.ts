import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance, type NagRuleResult, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { policyPacks } from '../lib/config/policy-packs';
import { compose } from './synthesise';

/** Rule ids that a pack finds on a construct, acknowledged or not. */
type Findings = Map<IConstruct, Set<string>>;

/** A pack that also writes down what it found before acknowledgements are taken into account. */
function recording<T extends typeof AwsSolutionsChecks | typeof NIST80053R5Checks>(pack: T, findings: Findings) {
  return class extends (pack as typeof AwsSolutionsChecks) {
    protected override applyRule(params: IApplyRule): void {
      const rule = (node: IApplyRule['node']): NagRuleResult => {
        const result = params.rule(node);
        const id = `${this.packName}-${params.ruleSuffixOverride ?? params.rule.name}`;
        const found = Array.isArray(result)
          ? result.map((finding) => `${id}[${finding}]`)
          : result === NagRuleCompliance.NON_COMPLIANT
            ? [id]
            : [];
        for (const each of found) findings.set(node, (findings.get(node) ?? new Set()).add(each));
        return result;
      };
      super.applyRule({ ...params, ruleSuffixOverride: params.ruleSuffixOverride ?? params.rule.name, rule });
    }
  };
}

interface Acknowledgement {
  readonly construct: IConstruct;
  readonly id: string;
  readonly reason: string;
}

const acknowledgementsIn = (app: App): Acknowledgement[] =>
  app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ construct, id: id.replace(/^annotation::/i, ''), reason })),
  );

describe('the policy packs over all environments', () => {
  const findings: Findings = new Map();
  const app = compose();
  const reports = [AwsSolutionsChecks, NIST80053R5Checks].map((pack) =>
    new (recording(pack, findings))(app).validateScope(app),
  );
  // Without those that the CDK writes for its own resources and its own validator.
  const acknowledgements = acknowledgementsIn(app).filter(({ id }) =>
    policyPacks.some((pack) => id.startsWith(`${pack}-`)),
  );

  it('find nothing that is not acknowledged', () => {
    const open = reports.flatMap(({ violations }) =>
      violations.map(
        ({ ruleName, violatingResources }) =>
          `${ruleName}: ${violatingResources.map(({ constructPath }) => constructPath).join(', ')}`,
      ),
    );
    expect(open).toEqual([]);
  });

  it('find what every acknowledgement accepts, or it has to go', () => {
    const unused = acknowledgements
      .filter(({ construct, id }) => !construct.node.findAll().some((node) => findings.get(node)?.has(id)))
      .map(({ construct, id }) => `${construct.node.path}: ${id}`);
    expect(unused).toEqual([]);
  });

  it('have every acknowledgement explained in a sentence', () => {
    const terse = acknowledgements.filter(({ reason }) => reason.length < 40 || !/[.]$/.test(reason));
    expect(terse.map(({ construct, id, reason }) => `${construct.node.path}: ${id}: "${reason}"`)).toEqual([]);
  });

  it('are acknowledged on a construct, never on a stack or an environment', () => {
    const wide = acknowledgements.filter(({ construct }) => construct.node.path.split('/').length < 3);
    expect(wide.map(({ construct, id }) => `${construct.node.path}: ${id}`)).toEqual([]);
  });

  it('look at what they should', () => expect(findings.size).toBeGreaterThan(50));
});
