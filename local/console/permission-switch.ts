import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';

interface PolicyDocument {
  Statement: { Action?: string | string[] }[];
}

/** One action that a policy allows, to be taken away and given back while everything runs. */
export interface PermissionSwitch {
  /** The role that has it, for people. */
  readonly role: string;
  readonly action: string;
  readonly isTaken: boolean;
  take(): Promise<void>;
  giveBack(): Promise<void>;
}

const asList = (action: string | string[] | undefined): string[] =>
  action === undefined ? [] : [action].flat();

/** The document without an action; statements that allow nothing else are left out. */
export function withoutAction(document: PolicyDocument, action: string): PolicyDocument {
  return {
    ...document,
    Statement: document.Statement.flatMap((statement) => {
      const actions = asList(statement.Action).filter((other) => other !== action);
      return actions.length > 0 ? [{ ...statement, Action: actions }] : [];
    }),
  };
}

/** Takes an action out of a customer-managed policy by a new version of it, as an administrator would, and back. */
export class PolicyVersionSwitch implements PermissionSwitch {
  private original: string | undefined;
  private without: string | undefined;

  constructor(
    private readonly iam: IAMClient,
    private readonly policyArn: string,
    private readonly what: { readonly role: string; readonly action: string },
  ) {}

  get role(): string {
    return this.what.role;
  }

  get action(): string {
    return this.what.action;
  }

  get isTaken(): boolean {
    return this.without !== undefined;
  }

  async take(): Promise<void> {
    if (this.isTaken) return;
    const PolicyArn = this.policyArn;
    const { Versions = [] } = await this.iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    this.original = Versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
    const { PolicyVersion } = await this.iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: this.original }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as PolicyDocument;
    const made = await this.iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: JSON.stringify(withoutAction(document, this.what.action)),
        SetAsDefault: true,
      }),
    );
    this.without = made.PolicyVersion?.VersionId;
  }

  async giveBack(): Promise<void> {
    if (!this.isTaken) return;
    const PolicyArn = this.policyArn;
    await this.iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: this.original }));
    await this.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: this.without }));
    this.without = undefined;
  }
}
