import { isDeepStrictEqual } from 'node:util';
import { loadStageConfig } from '../../lib/config/load';
import { RELEASED_STAGE } from '../../lib/config/schema';
import {
  ORGANIZATION_POLICIES,
  organizationPolicy,
  type OrganizationPolicyName,
} from '../../lib/organization/organization-policies';
import { APPROVERS, DELIVERY_PREFIX, permissionSetRoles } from '../../lib/names';
import { isRecord } from '../is-record';
import { dig, listOf } from '../rules/proofs/model/dig';
import type { AttackWorld, Since } from '../rules/proofs/attack/attack-world';
import { type AttackProof, proveAttacks } from '../rules/proofs/attack/prove-attack';
import type { PolicyReader } from '../rules/proofs/iam/account-policies';
import type { StackTemplate } from '../rules/proofs/model/template';
import type { VerdictRow } from '../verdict-row';
import { findingsOf, newFinding } from './catchers';
import type { ConfigurationMutant } from './configuration-mutants';
import { frozen, type RawStack } from './mutant';

type Statement = Record<string, unknown>;

interface Document {
  readonly Statement: readonly Statement[];
}

const REMOVAL = 'statement of the organisation removed';

/**
 * Statements whose absence alone opens no cell and no way: each says what else holds, or why the matrix cannot ask. They
 * are no mutants here; test/security/organization.test.ts asks for each by name.
 */
export const HELD_ELSEWHERE: Readonly<Record<string, string>> = {
  OnlyReleasesDeleteVaults: 'the policy of each vault refuses it too (NobodyDeletesOrShortensBackups)',
  NobodyBypassesObjectLock:
    'locks are in compliance mode, which nobody bypasses, and the bucket’s policy refuses it too',
  OnlyApproversApprove:
    'ReleaseApproversLetReleasesIn and SecurityApproversLetControlsIn name each approval that there is; it is for one that comes',
  NoLongLivedCredentials: 'OnlyReleasesChangeIam, and CloudFormation’s execution policies do not allow it',
  NoOtherWayIn: 'OnlyReleasesChangeIam, and CloudFormation’s execution policies do not allow it',
  NoRoleWithoutBoundary:
    'OnlyReleasesChangeIam, and CloudFormation’s execution policies ask for the boundary',
  OnlyReleasesMakeBoundaries: 'OnlyReleasesChangeIam',
  NobodyLiftsBoundary:
    'OnlyReleasesChangeIam, and CloudFormation’s execution policies put no boundary but ours on a role and take none away',
  NobodyChangesDeployers:
    'OnlyReleasesChangeIam, and CloudFormation’s execution policies reach neither its roles nor, by NotItsOwnPolicies, themselves',
  NobodyUsesRoot: 'the root user is no position: no policy of an account binds it',
  NoRootCredentials: 'the root user is no position: no policy of an account binds it',
  OnlyConfigAutomates: 'OnlyOurRolesAct refuses to hand the role over under which an automation would run',
  NobodyOptsInToRegions: 'OnlyOurRegions refuses what would be done there',
  ServicesOnlyForOurOrganization: 'deputies are asked by proof-iam (iam-no-confused-deputy)',
  OnlyOverTls: 'transport is asked by proof-iam (iam-encrypted-transport)',
};

/** Every Deny of the organisation's policies on which a cell of the matrix, or an approved way, depends. */
function organizationStatements(): { policy: OrganizationPolicyName; sid: string }[] {
  const config = loadStageConfig(RELEASED_STAGE);
  return (Object.keys(ORGANIZATION_POLICIES) as OrganizationPolicyName[])
    .filter((policy) => /^(?:SERVICE|RESOURCE)_CONTROL_POLICY$/.test(ORGANIZATION_POLICIES[policy]))
    .flatMap((policy) =>
      (organizationPolicy(policy, config) as Document).Statement.map(({ Sid }) => ({
        policy,
        sid: String(Sid),
      })),
    )
    .filter(({ sid }) => !(sid in HELD_ELSEWHERE));
}

const withoutStatement = (document: Document, sid: string): Document => ({
  ...document,
  Statement: document.Statement.filter(({ Sid }) => Sid !== sid),
});

/** Actions without which a statement still stands, and still refuses something of each cell that names it. */
const LEFT_OUT = [
  ['rcp-perimeter', 'OnlyOurOrganization', 'sts:AssumeRole'],
  ['scp-safekeeping', 'OnlyReleasesChangeBackupPlans', 'backup:DeleteBackupSelection'],
] as const satisfies readonly (readonly [OrganizationPolicyName, string, string])[];
const LEAVING_OUT = 'action of the organisation left out';

const withoutAction = (document: Document, sid: string, action: string): Document => ({
  ...document,
  Statement: document.Statement.map((statement) => {
    if (statement['Sid'] !== sid) return statement;
    const actions = listOf(statement['Action']);
    if (!actions.includes(action)) throw new RangeError(`${sid} does not name ${action}.`);
    return { ...statement, Action: actions.filter((each) => each !== action) };
  }),
});

/** A Deny that lets somebody more through. */
const exempting = (document: Document, sid: string, arn: string): Document => ({
  ...document,
  Statement: document.Statement.map((statement) =>
    statement['Sid'] === sid
      ? {
          ...statement,
          Condition: {
            ArnNotLike: {
              'aws:PrincipalArn': [dig(statement, 'Condition', 'ArnNotLike', 'aws:PrincipalArn'), arn].flat(),
            },
          },
        }
      : statement,
  ),
});

/** Whose approvals a statement is about, and who is not to give them. */
const APPROVALS_OF = {
  ReleaseApproversLetReleasesIn: { whose: 'release', alsoBy: 'security' },
  SecurityApproversLetControlsIn: { whose: 'security', alsoBy: 'release' },
} as const;

const ADMINISTRATION = {
  Statement: [{ Sid: 'AdministratorAccess', Effect: 'Allow', Action: '*', Resource: '*' }],
};
const CHAIN = { kind: 'two-person chain broken', stack: 'serverlessapp-delivery' };

interface PipelineAction {
  readonly Name: string;
}

/** A mistake in the stage in which a release is let in. */
const changeReleaseActions =
  (change: (actions: readonly PipelineAction[]) => readonly PipelineAction[]) =>
  (resources: Record<string, Statement>): void => {
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::CodePipeline::Pipeline') continue;
      const stages = listOf(dig(Properties, 'Stages')) as {
        Name: string;
        Actions: readonly PipelineAction[];
      }[];
      for (const stage of stages) if (stage.Name === 'Build') stage.Actions = change(stage.Actions);
    }
  };

/** A mistake in the properties of every resource of a type, or of those that a pattern finds. */
const changeProperties =
  (type: string, change: (properties: Record<string, unknown>) => void, named = /./) =>
  (resources: Record<string, Statement>): void => {
    for (const [logicalId, { Type, Properties }] of Object.entries(resources))
      if (Type === type && named.test(logicalId) && isRecord(Properties)) change(Properties);
  };

/** A mistake in the commands of a build. */
const changeBuildSpec = (purpose: string, change: (spec: string) => string) =>
  changeProperties('AWS::CodeBuild::Project', ({ Name, Source }) => {
    if (Name === `${DELIVERY_PREFIX}-${purpose}` && isRecord(Source))
      Source['BuildSpec'] = change(String(Source['BuildSpec']));
  });

/** What no rule names, for nobody knows every way in which a shell runs a file: whoever compares with what was reviewed sees it. */
const UNREAD = { kind: 'pipeline changed unread', stack: 'serverlessapp-delivery' };

/** What an entry says tells of its path, and then does not. */
const DEAF = 'alert of an open path made deaf';

/** The filters of an alert ask something else. */
const changeFilters = (alert: string, change: (pattern: string) => string) =>
  changeProperties('AWS::Logs::MetricFilter', (filter) => {
    const names = listOf(filter['MetricTransformations']).map((each) => dig(each, 'MetricName'));
    if (names.includes(alert)) filter['FilterPattern'] = change(String(filter['FilterPattern']));
  });

/** They wait for another service than one whose calls they count. */
const deafened = (alert: string, service: string) =>
  changeFilters(alert, (pattern) =>
    pattern.replaceAll(`"${service}.amazonaws.com"`, '"example.amazonaws.com"'),
  );

/** They ask one thing more. */
const narrowed = (alert: string, also: string) =>
  changeFilters(alert, (pattern) => `{ (${pattern.slice(1, -1).trim()}) && ${also} }`);

const ROUTES = { kind: 'routes of one role opened', stack: 'serverlessapp-prod-api' };

/** A mistake in the API's own policy. */
const changeApiPolicy = (change: (api: Record<string, unknown>, statements: Statement[]) => void) =>
  changeProperties('AWS::ApiGateway::RestApi', (api) => {
    change(api, listOf(dig(api, 'Policy', 'Statement')) as Statement[]);
  });

/** A stack of the region that takes over when the primary one is gone. */
const ofSecondRegion = (stack: string) => ({
  kind: 'second region opened',
  stack: `serverlessapp-prod-recovery-${stack}`,
});

const EVERYBODY: Statement = { Sid: 'Everybody', Effect: 'Allow', Action: '*', Resource: '*' };
const forEverybody = { Version: '2012-10-17', Statement: { ...EVERYBODY, Principal: '*' } };

/** Mistakes in the templates. */
const TEMPLATE_MISTAKES: readonly {
  readonly kind: string;
  readonly detail: string;
  readonly stack: string;
  readonly change: (resources: Record<string, Statement>) => void;
}[] = [
  {
    ...CHAIN,
    detail: 'the pipeline changes itself before anybody approves',
    change: changeReleaseActions((actions) =>
      actions.filter((action) => dig(action, 'ActionTypeId', 'Category') !== 'Approval'),
    ),
  },
  {
    ...CHAIN,
    detail: 'the second approval is gone',
    change: changeReleaseActions((actions) => actions.filter(({ Name }) => Name !== 'LetInControls')),
  },
  {
    ...CHAIN,
    detail: 'the second approval has a name that no statement knows',
    change: changeReleaseActions((actions) =>
      actions.map((action) =>
        action.Name === 'LetInControls' ? { ...action, Name: 'LetInAsWell' } : action,
      ),
    ),
  },
  {
    ...CHAIN,
    detail: 'only the gate that was merged evaluates what was merged',
    change: changeReleaseActions((actions) => actions.filter(({ Name }) => Name !== 'Recheck')),
  },
  {
    ...CHAIN,
    detail: 'the approvals do not say what the gate of the last release said',
    change: changeReleaseActions((actions) =>
      actions.map((action) =>
        dig(action, 'ActionTypeId', 'Category') === 'Approval'
          ? { ...action, Configuration: { CustomData: 'Read the pack.' } }
          : action,
      ),
    ),
  },
  {
    ...CHAIN,
    detail: 'an approval shows what a build writes that runs the release',
    change: changeReleaseActions((actions) =>
      actions.map((action) =>
        dig(action, 'ActionTypeId', 'Category') === 'Approval'
          ? {
              ...action,
              Configuration: {
                ...(dig(action, 'Configuration') as Statement),
                ExternalEntityLink: 'https://example.com/#{Build@Gate.PACK}',
              },
            }
          : action,
      ),
    ),
  },
  {
    ...CHAIN,
    detail: 'what evaluates by the gate of the last release takes the merged one',
    change: changeBuildSpec('recheck', (spec) => spec.replace(/git checkout --quiet[^;]*;/, '')),
  },
  {
    ...CHAIN,
    detail: 'what evaluates by the gate of the last release runs the merged one first',
    change: changeBuildSpec('recheck', (spec) =>
      spec.replace('git checkout --quiet', 'npm ci; git checkout --quiet'),
    ),
  },
  ...(
    [
      ['--asked-anew', 'compliance -- rebuild', 'compliance -- --asked-anew'],
      ['asked-anew', 'compliance -- rebuild', 'compliance -- asked-anew'],
      ['the purpose asked-anew', '--purpose recheck --execution', '--purpose asked-anew --execution'],
    ] as const
  ).map(([word, known, unknown]) => ({
    ...CHAIN,
    detail: `what evaluates by the gate of the last release asks for ${word}, which that one does not know`,
    change: changeBuildSpec('recheck', (spec) => spec.replace(known, unknown)),
  })),
  {
    ...CHAIN,
    detail: 'a build that runs the repository says what the gate of the last release said',
    change: changeBuildSpec('sign', (spec) => spec.replace('set -e', 'set -e\\nnpm ci')),
  },
  {
    ...CHAIN,
    detail: 'the stage of the approvals is skipped when a rule fails',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::CodePipeline::Pipeline') continue;
        for (const stage of listOf(dig(Properties, 'Stages')) as Statement[])
          if (stage['Name'] === 'Build')
            stage['BeforeEntry'] = { Conditions: [{ Result: 'SKIP', Rules: [] }] };
      }
    },
  },
  {
    ...CHAIN,
    detail: 'the build that runs the repository writes over what was signed',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (
          Type !== 'AWS::IAM::ManagedPolicy' ||
          !String(dig(Properties, 'ManagedPolicyName')).endsWith('-gate-policy')
        )
          continue;
        for (const statement of listOf(dig(Properties, 'PolicyDocument', 'Statement')) as Statement[])
          if (statement['Sid'] === 'WriteAssembly') statement['Resource'] = '*';
      }
    },
  },
  {
    ...CHAIN,
    detail: 'the build that runs the repository may sign',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (
          Type === 'AWS::IAM::ManagedPolicy' &&
          String(dig(Properties, 'ManagedPolicyName')).endsWith('-gate-policy')
        )
          (listOf(dig(Properties, 'PolicyDocument', 'Statement')) as Statement[]).push({
            Sid: 'SignThePack',
            Effect: 'Allow',
            Action: 'kms:Sign',
            Resource: '*',
          });
        if (Type === 'AWS::KMS::Key')
          for (const statement of listOf(dig(Properties, 'KeyPolicy', 'Statement')) as Statement[])
            if (statement['Effect'] === 'Allow' && [statement['Action']].flat().includes('kms:Sign'))
              delete statement['Condition'];
      }
    },
  },
  {
    ...CHAIN,
    detail: 'the build that signs runs the repository',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::CodeBuild::Project' || dig(Properties, 'Name') !== 'serverlessapp-delivery-sign')
          continue;
        const source = dig(Properties, 'Source') as { BuildSpec: string };
        source.BuildSpec = source.BuildSpec.replace('set -e', 'npm ci');
      }
    },
  },
  ...(
    [
      ['serverlessapp-prod-audit', 'deployed-outside-a-release', 'lambda'],
      ['serverlessapp-prod-audit', 'traffic-changed', 'sqs'],
      ['serverlessapp-delivery', 'signed-outside-a-release', 'kms'],
    ] as const
  ).map(([stack, alert, service]) => ({
    kind: DEAF,
    detail: `${alert} looks for no call of ${service}`,
    stack,
    change: deafened(alert, service),
  })),
  {
    kind: DEAF,
    detail: 'deployed-outside-a-release counts no workflow that is made',
    stack: 'serverlessapp-prod-audit',
    change: changeFilters('deployed-outside-a-release', (pattern) =>
      pattern.replace('"CreateStateMachine"', '"none"'),
    ),
  },
  {
    kind: DEAF,
    detail: 'iam-changed leaves out what CloudFormation does',
    stack: 'serverlessapp-delivery',
    change: narrowed('iam-changed', '($.sourceIPAddress != "cloudformation.amazonaws.com")'),
  },
  {
    kind: DEAF,
    detail: 'signed-outside-a-release counts no record that reads only',
    stack: 'serverlessapp-delivery',
    change: narrowed('signed-outside-a-release', '($.readOnly IS FALSE)'),
  },
  {
    ...ROUTES,
    detail: 'the API has no policy',
    change: changeApiPolicy((api) => {
      delete api['Policy'];
    }),
  },
  ...['OnlyReviewersReview', 'OnlyStewardsEraseForAnybody'].flatMap((sid) => [
    {
      ...ROUTES,
      detail: `its policy is without ${sid}`,
      change: changeApiPolicy((api, statements) => {
        api['Policy'] = { Statement: statements.filter(({ Sid }) => Sid !== sid) };
      }),
    },
    {
      ...ROUTES,
      detail: `${sid} lets every role of ours through`,
      change: changeApiPolicy((_api, statements) => {
        for (const statement of statements)
          if (statement['Sid'] === sid)
            statement['Condition'] = {
              ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/serverlessapp-*' },
            };
      }),
    },
  ]),
  {
    ...ROUTES,
    detail: 'the decision is left out of it',
    change: changeApiPolicy((_api, statements) => {
      for (const statement of statements)
        if (statement['Sid'] === 'OnlyReviewersReview')
          statement['Resource'] = listOf(statement['Resource']).filter(
            (each) => !String(each).includes('/POST/'),
          );
    }),
  },
  {
    ...UNREAD,
    detail: 'the build that signs runs a file of what it signs',
    change: changeBuildSpec('sign', (spec) =>
      spec.replace('set -e', 'set -e\\nawk -f packs/dev/templates/x.awk'),
    ),
  },
  {
    ...UNREAD,
    detail: 'the build that compares compares with nothing',
    change: changeBuildSpec('compare-prod', (spec) =>
      spec.replace('test \\"$DIGEST\\"', 'true \\"$DIGEST\\"'),
    ),
  },
  {
    ...UNREAD,
    detail: 'a variable brings code into what evaluates by the gate of the last release',
    change: (resources) => {
      for (const { Properties } of Object.values(resources))
        if (dig(Properties, 'Name') === `${DELIVERY_PREFIX}-recheck`)
          (dig(Properties, 'Environment', 'EnvironmentVariables') as Statement[]).push({
            Name: 'NODE_OPTIONS',
            Type: 'PLAINTEXT',
            Value: '--require ../candidate/x.js',
          });
    },
  },
  {
    ...CHAIN,
    detail: 'the build that signs is not given what the gate of the last release said',
    change: changeReleaseActions((actions) =>
      actions.map((action) =>
        action.Name === 'Sign' ? { ...action, InputArtifacts: [{ Name: 'Gate_Output' }] } : action,
      ),
    ),
  },
  {
    kind: 'links to pictures unbound',
    detail: 'they work everywhere',
    stack: 'serverlessapp-prod-storage',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::S3::BucketPolicy') continue;
        const document = dig(Properties, 'PolicyDocument') as { Statement: Statement[] };
        document.Statement = document.Statement.filter(({ Sid }) => Sid !== 'DenyLinksFromElsewhere');
      }
    },
  },
  {
    kind: 'platform’s calls left to code',
    detail: 'the stream’s function may read the stream itself',
    stack: 'serverlessapp-prod-processing',
    change: (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::IAM::ManagedPolicy') continue;
        if (!String(dig(Properties, 'ManagedPolicyName')).includes('detection-stream')) continue;
        const document = dig(Properties, 'PolicyDocument') as { Statement: Statement[] };
        document.Statement = document.Statement.filter(({ Sid }) => Sid !== 'CodeMakesNoPlatformCalls');
      }
    },
  },
  {
    ...ofSecondRegion('storage'),
    detail: 'the policies of its buckets let everybody in',
    change: changeProperties('AWS::S3::BucketPolicy', (policy) => {
      policy['PolicyDocument'] = forEverybody;
    }),
  },
  {
    ...ofSecondRegion('foundation'),
    detail: 'the policies of its keys let everybody in',
    change: changeProperties('AWS::KMS::Key', (key) => {
      key['KeyPolicy'] = forEverybody;
    }),
  },
  {
    ...ofSecondRegion('access'),
    detail: 'everybody takes the roles of its people',
    change: changeProperties('AWS::IAM::Role', (role) => {
      const trust = { Sid: 'Everybody', Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
      role['AssumeRolePolicyDocument'] = { Version: '2012-10-17', Statement: trust };
    }),
  },
  {
    ...ofSecondRegion('processing'),
    detail: 'roles of its functions are without a boundary',
    change: changeProperties('AWS::IAM::Role', (role) => {
      delete role['PermissionsBoundary'];
    }),
  },
  {
    ...ofSecondRegion('processing'),
    detail: 'its functions may do everything',
    change: changeProperties('AWS::IAM::ManagedPolicy', (policy) => {
      policy['PolicyDocument'] = { Version: '2012-10-17', Statement: EVERYBODY };
    }),
  },
  {
    ...ofSecondRegion('access'),
    detail: 'its data steward reads what lies in the first',
    change: changeProperties(
      'AWS::IAM::ManagedPolicy',
      (policy) => {
        for (const statement of listOf(dig(policy, 'PolicyDocument', 'Statement')) as Statement[])
          if (statement['Effect'] === 'Allow') statement['Resource'] = '*';
      },
      /^datasteward/,
    ),
  },
  ...['OnlyReviewersReview', 'OnlyStewardsEraseForAnybody'].map((sid) => ({
    ...ofSecondRegion('api'),
    detail: `the policy of its API is without ${sid}`,
    change: changeApiPolicy((api, statements) => {
      api['Policy'] = { Statement: statements.filter(({ Sid }) => Sid !== sid) };
    }),
  })),
];

const sidOf = (origin: string): string => origin.slice(origin.indexOf('#') + 1);

/** A mistake that lets an attacker reach more, made on a copy. */
export interface AttackMistake {
  readonly kind: string;
  readonly name: string;
  readonly templates: () => readonly StackTemplate[];
  readonly read?: PolicyReader;
  /** Which answers of the world without the mistake may no longer hold. */
  readonly isStale: Since['isStale'];
}

/** Every mistake in the organisation's policies, in the bootstrap and in the templates of application and pipeline. */
export function attackMistakes(templates: readonly StackTemplate[]): AttackMistake[] {
  const removed = organizationStatements().map(({ policy, sid }): AttackMistake => ({
    kind: REMOVAL,
    name: `${REMOVAL}: ${sid} of ${policy}`,
    templates: () => templates,
    read: (name, document) =>
      name === `organization/${policy}` ? withoutStatement(document as Document, sid) : document,
    // A Deny that goes changes only answers that it gave.
    isStale: ({ by }) => by.some((origin) => sidOf(origin) === sid),
  }));
  const leftOut = LEFT_OUT.map(([policy, sid, action]): AttackMistake => ({
    kind: LEAVING_OUT,
    name: `${LEAVING_OUT}: ${action} of ${sid}`,
    templates: () => templates,
    read: (name, document) =>
      name === `organization/${policy}` ? withoutAction(document as Document, sid, action) : document,
    isStale: ({ by }) => by.some((origin) => sidOf(origin) === sid),
  }));
  const administrator: AttackMistake = {
    ...CHAIN,
    name: `${CHAIN.kind}: CloudFormation of the delivery account is an administrator`,
    templates: () => templates,
    read: (name, document) => (name === 'bootstrap/deployment-pipeline' ? ADMINISTRATION : document),
    isStale: (_verdict, holder) => holder.name.startsWith('CloudFormation in delivery'),
  };
  const bothApprovals = Object.entries(APPROVALS_OF).map(([sid, { whose, alsoBy }]): AttackMistake => ({
    ...CHAIN,
    name: `${CHAIN.kind}: the ${alsoBy} approver gives the ${whose} approver's approvals too`,
    templates: () => templates,
    read: (name, document) =>
      name === 'organization/scp-clients'
        ? exempting(document as Document, sid, permissionSetRoles(APPROVERS[alsoBy]))
        : document,
    isStale: ({ by }) => by.some((origin) => sidOf(origin) === sid),
  }));
  const inTemplates = TEMPLATE_MISTAKES.map(({ kind, detail, stack, change }): AttackMistake => {
    let made: ReturnType<typeof mutate> | undefined;
    const mutate = () => {
      let types: string[] = [];
      const mutated = templates.map((each) => {
        if (each.stackName !== stack) return each;
        const { template } = each as RawStack;
        const before = template.Resources;
        // Not by structuredClone, whose objects are of another realm in tests, and so equal to none there.
        const copy = JSON.parse(JSON.stringify(before)) as RawStack['template']['Resources'];
        change(copy);
        const changed = new Map(
          Object.entries(copy).filter(([id, resource]) => !isDeepStrictEqual(resource, before[id])),
        );
        if (changed.size === 0) throw new RangeError(`${stack} offers no such mistake: ${detail}.`);
        types = [...changed.values()].map(({ Type }) => Type);
        // What the mistake leaves alone stays the original's own: it was read already.
        const Resources = Object.fromEntries(
          Object.entries(copy).map(([id, own]) => [id, changed.has(id) ? frozen(own) : (before[id] ?? own)]),
        );
        return { ...each, template: { ...template, Resources } };
      });
      return {
        mutated,
        // What a build is told, and when, is in no policy; nor is what a filter counts.
        changesPolicies: types.some((type) => !/^AWS::(?:Code|Logs::MetricFilter$)/.test(type)),
      };
    };
    const once = () => (made ??= mutate());
    return {
      kind,
      name: `${kind}: ${detail}`,
      templates: () => once().mutated,
      get isStale() {
        return once().changesPolicies ? 'where a policy is another' : undefined;
      },
    };
  });
  return [...removed, ...leftOut, administrator, ...bothApprovals, ...inTemplates];
}

/**
 * The mistakes as the self-test runs them.
 * @param templates of the application and of the pipeline
 * @param prove proves them as they are, without a mistake; asked for once
 */
export function attackMutantsOf(
  templates: readonly StackTemplate[],
  prove: () => AttackProof,
): ConfigurationMutant[] {
  // What was asked once is asked again only where the mistake may have changed the answer: seconds instead of minutes.
  let base: { readonly world: AttackWorld; readonly found: ReadonlySet<string> } | undefined;
  // The comparison with a reviewed file notices any change at all: it counts only for mistakes of which nothing else can tell.
  const told = (rows: readonly VerdictRow[], kind?: string) =>
    rows.filter(
      ({ rule }) =>
        rule !== 'attack-matrix-reviewed' &&
        (rule !== 'attack-pipelines-reviewed' || kind === UNREAD.kind) &&
        (rule !== 'attack-organization-reviewed' || kind === LEAVING_OUT),
    );
  const unchanged = () => {
    if (base !== undefined) return base;
    const { world, result } = prove();
    const [error] = result.rows.filter(({ verdict }) => verdict === 'error');
    if (world === undefined || error !== undefined)
      throw new RangeError(`There is no attack matrix of these templates. ${error?.message ?? ''}`);
    base = { world, found: findingsOf(told(result.rows)) };
    return base;
  };
  return attackMistakes(templates).map((mistake) => ({
    kind: mistake.kind,
    name: mistake.name,
    run: () => {
      const { world, found } = unchanged();
      const { kind, read, isStale } = mistake;
      const { result } = proveAttacks(mistake.templates(), {
        ...(read ? { read } : {}),
        since: { world, isStale },
      });
      return newFinding('proof-attack', told(result.rows, kind), found);
    },
  }));
}

/** As {@link attackMutantsOf}, for whoever has not proved anything yet. */
export const attackMutants = (templates: readonly StackTemplate[]): ConfigurationMutant[] =>
  attackMutantsOf(templates, () => proveAttacks(templates));
