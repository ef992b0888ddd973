import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
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
function withoutAction(document: PolicyDocument, action: string): PolicyDocument {
  return {
    ...document,
    Statement: document.Statement.flatMap((statement) => {
      const actions = asList(statement.Action).filter((other) => other !== action);
      return actions.length > 0 ? [{ ...statement, Action: actions }] : [];
    }),
  };
}

/**
 * Takes an action out of a customer-managed policy by a new version of it, as an administrator would, and gives it back by
 * another one (the embedded AWS cannot go back to an older version).
 */
export class PolicyVersionSwitch implements PermissionSwitch {
  /** The policy as it was deployed, while it is without the action. */
  private deployed: PolicyDocument | undefined;

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
    return this.deployed !== undefined;
  }

  async take(): Promise<void> {
    if (this.deployed) return;
    const current = await this.current();
    const { PolicyVersion } = await this.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: this.policyArn, VersionId: current }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? '')) as PolicyDocument;
    await this.replace(current, withoutAction(document, this.what.action));
    this.deployed = document;
  }

  async giveBack(): Promise<void> {
    if (!this.deployed) return;
    await this.replace(await this.current(), this.deployed);
    this.deployed = undefined;
  }

  private async current(): Promise<string | undefined> {
    const { Versions = [] } = await this.iam.send(
      new ListPolicyVersionsCommand({ PolicyArn: this.policyArn }),
    );
    return Versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
  }

  /** A policy has five versions at most, so the one that is replaced goes. */
  private async replace(version: string | undefined, document: PolicyDocument): Promise<void> {
    const PolicyArn = this.policyArn;
    await this.iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: JSON.stringify(document),
        SetAsDefault: true,
      }),
    );
    await this.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: version }));
  }
}
