import { bootstrapRoleArn } from '../../names';

/** Jq: the ARN of a bootstrap role of the environment `.`, as the CDK writes it into the pipeline's actions. */
const joinedRole = (purpose: Parameters<typeof bootstrapRoleArn>[0]): string =>
  `{"Fn::Join": ["", ["arn:", {Ref: "AWS::Partition"}, "${bootstrapRoleArn(purpose, '\\(.account)', '\\(.region)').replace('arn:aws', '')}"]]}`;

/** What CloudFormation is given with a template, and without: there it makes what was prepared. */
const PREPARES = ['ActionMode', 'Capabilities', 'ChangeSetName', 'RoleArn', 'StackName', 'TemplatePath'];
const EXECUTES = ['ActionMode', 'ChangeSetName', 'StackName'];
/** What a pipeline's actions may be, by their provider: the keys of their settings. Approvals take nothing and make nothing. */
const PROVIDERS = {
  CodeStarSourceConnection: [
    'BranchName',
    'ConnectionArn',
    'DetectChanges',
    'FullRepositoryId',
    'OutputArtifactFormat',
  ],
  CodeBuild: ['EnvironmentVariables', 'PrimarySource', 'ProjectName'],
  Manual: ['CustomData', 'ExternalEntityLink', 'NotificationArn'],
  CloudFormation: PREPARES,
};

/**
 * Jq: where each action of the pipeline that is deployed finds a template, the stack it makes of it, and the account and
 * region it makes it in, by roles and region together. An error where
 * - a stage has a condition, an action is by a provider or takes a setting that the CDK does not write here, or a name is
 *   one that is decided later;
 * - an action takes anything but the signed assembly, gives parameters or settings of its own, or another build hands over
 *   something under the name of that;
 * - the folders are not deployed one after the other, each by one stage, in their order; production's stage does not wait
 *   for a person before anything else of it, or that of the signature for two at its end.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/structure-configuration-examples.html
 */
export const DEPLOYED = [
  `${JSON.stringify(PROVIDERS)} as $providers`,
  '| [.Resources[] | select(.Type == "AWS::CodePipeline::Pipeline") | .Properties] as $pipelines',
  '| [$pipelines[].Stages[]] as $stages | [$stages[].Actions[]] as $actions',
  '| def deploys: [.Actions[].Configuration.TemplatePath // empty | split("/")[0] | ltrimstr("Sign_Output::")] | unique;',
  'if all($pipelines[]; keys - ["ArtifactStore", "ArtifactStores", "Name", "PipelineType", "RestartExecutionOnUpdate", "RoleArn", "Stages", "Tags"] == [])',
  'and all($stages[]; keys == ["Actions", "Name"]) and all($actions[];',
  'keys - ["ActionTypeId", "Configuration", "InputArtifacts", "Name", "Namespace", "OutputArtifacts", "Region", "RoleArn", "RunOrder"] == []',
  'and .ActionTypeId.Owner == "AWS" and (.ActionTypeId.Provider | IN($providers | keys[]))',
  'and (.ActionTypeId.Provider as $provider | .Configuration | keys - $providers[$provider] == [])',
  'and (.Configuration.EnvironmentVariables // "[]" | (fromjson | tojson) == . and (fromjson | all(.[]; .type == "PLAINTEXT")))',
  'and all((.InputArtifacts, .OutputArtifacts)[]?; keys == ["Name"] and (.Name | type) == "string")) then . else error("a pipeline of somebody else") end',
  '| if [$actions[] | select([.OutputArtifacts[]?.Name] | index("Sign_Output")) | .Name] == ["Sign"] then . else error("who signs") end',
  '| if all($actions[] | select(.ActionTypeId.Provider == "CloudFormation"); .Configuration as $is',
  `| ($is | keys) == ${JSON.stringify(EXECUTES)} and $is.ActionMode == "CHANGE_SET_EXECUTE" and has("InputArtifacts") == false`,
  `or ($is | keys) == ${JSON.stringify(PREPARES)} and $is.ActionMode == "CHANGE_SET_REPLACE" and .InputArtifacts == [{Name: "Sign_Output"}]) then . else error("an action") end`,
  '| if [$stages[] | deploys[]] == [$folders[].name | select(. != "")] and all($stages[]; (deploys | length) < 2) then . else error("the order of stages") end',
  '| if all($stages[] | select(deploys[0] == ($folders | map(select(.pack == "prod" and .name != ""))[0].name) or any(.Actions[].OutputArtifacts[]?; .Name == "Sign_Output"));',
  '[.Actions[] | select(.ActionTypeId.Provider == "Manual") | .RunOrder] as $waits',
  '| [.Actions[] | select(.ActionTypeId.Provider != "Manual") | .RunOrder] as $acts',
  '| ($waits | unique | length) == 1 and (if deploys == [] then ($waits | length) == 2 and $waits[0] > ($acts | max) else $waits[0] < ($acts | min) end)) then . else error("what waits for people") end',
  '| $actions[] | select(.Configuration | has("TemplatePath")) | . as $is | (.Region // $folders[0].environments[0].region) as $region',
  '| [$folders[].environments[] | select(.region == $region',
  `and $is.RoleArn == ${joinedRole('deploy')} and $is.Configuration.RoleArn == ${joinedRole('cfn-exec')}) | "aws://\\(.account)/\\(.region)"] | unique`,
  '| if length == 1 then .[0] else error("environment of \\($is.Name)") end',
  '| if all($is.Configuration | .TemplatePath, .StackName; type == "string" and test("\\\\A[A-Za-z0-9:._/-]+\\\\z")) then . else error("a name that is decided later") end',
  '| "\\($is.Configuration.TemplatePath | sub("\\\\ASign_Output::"; "assembly/")) \\($is.Configuration.StackName) \\(.)"',
].join(' ');
