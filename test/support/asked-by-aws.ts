import { evaluate, type EvaluationResult } from '../../compliance/rules/proofs/iam/evaluate';
import { readInventory } from '../../compliance/rules/proofs/iam/inventory';
import { contextOf } from '../../compliance/rules/proofs/iam/request';
import type { Statement } from '../../compliance/rules/proofs/iam/statement';
import { World } from '../../compliance/rules/proofs/iam/world';
import { TemplateSet } from '../../compliance/rules/proofs/model/template-set';
import type { RawStack } from '../../compliance/self-test/mutant';

type Keys = Readonly<Record<string, string>>;

/** Requests as a page of AWS describes them, with the condition keys that AWS sends and no other, put to our templates. */
export class AskedByAws {
  private readonly set: TemplateSet;
  private readonly world: World;

  constructor(
    templates: readonly RawStack[],
    /** Where the application runs. */
    private readonly region: string,
  ) {
    this.set = new TemplateSet(templates);
    this.world = new World(this.set, readInventory(this.set));
  }

  /** ARN of the key whose logical id begins so. */
  key(logicalId: string, region = this.region): string {
    const found = this.set
      .resources('AWS::KMS::Key')
      .filter((key) => key.region === region)
      .map((key) => this.set.arnOf(key))
      .find((arn) => arn.includes(logicalId));
    if (found === undefined) throw new RangeError(`no key ${logicalId} in ${region}`);
    return found;
  }

  /** Whether the resource's own policy lets a service principal in. */
  service(service: string, action: string, resource: string, sent: Keys = {}): boolean {
    return this.evaluate(service, action, resource, this.statementsOn(resource), sent).decision === 'allow';
  }

  /** Whether a service assumes a role, named by its ARN. */
  assumes(service: string, role: string, sent: Keys = {}): boolean {
    const found = this.world.inventory.roles.find(({ arn }) => arn === role);
    if (found === undefined) throw new RangeError(`no role ${role}`);
    return this.evaluate(service, 'sts:AssumeRole', role, found.trust, sent).decision === 'allow';
  }

  /** Whether a role, named by its ARN, may; directly, or in what a service does in its name (forward access session). */
  role(role: string, action: string, resource: string, sent: Keys = {}, region = this.region): boolean {
    const who = this.world.principals.find(({ caller }) => caller.arn === role);
    if (who === undefined) throw new RangeError(`no role ${role}`);
    const situation = 'kms:ViaService' in sent ? 'on behalf by a service' : 'from outside';
    return this.world.decide(who, { action, resource, region }, situation, sent).decision === 'allow';
  }

  /** Sids of the statements of a resource's policy that refuse a service, whatever else allows it. */
  denies(service: string, action: string, resource: string, sent: Keys = {}): readonly string[] {
    const statements = this.statementsOn(resource);
    const verdict = this.evaluate(service, action, resource, statements, sent);
    return verdict.decision === 'explicit-deny' ? verdict.by : [];
  }

  /** Id of the one REST API. */
  restApi(): string {
    const [api] = this.set.resources('AWS::ApiGateway::RestApi');
    if (api === undefined) throw new RangeError('no REST API');
    return this.set.refOf(api);
  }

  private statementsOn(resource: string): readonly Statement[] {
    const policies = this.world.inventory.resourcePolicies.filter(({ arn }) => arn === resource);
    if (policies.length === 0) throw new RangeError(`no policy on ${resource}`);
    return policies.flatMap(({ statements }) => statements);
  }

  private evaluate(
    service: string,
    action: string,
    resource: string,
    statements: readonly Statement[],
    sent: Keys,
  ): EvaluationResult {
    const { account } = this.world;
    const request = {
      caller: { kind: 'service', service } as const,
      action,
      resource,
      resourceAccount: account,
      context: contextOf({
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': service,
        'aws:SecureTransport': 'true',
        ...sent,
      }),
    };
    return evaluate(request, { identity: [], resource: statements });
  }
}
