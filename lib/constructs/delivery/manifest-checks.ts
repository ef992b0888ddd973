import { bootstrapRoleArn, DELIVERY_PREFIX } from '../../names';
import { BUCKET, SHA256 } from './jq';

const BOOTSTRAP_VERSION = '{requiresBootstrapStackVersion: 6, bootstrapStackVersionSsmParameter: $version}';

/**
 * Jq: the ARN of a bootstrap role of the environment `.`, as the CDK writes it into manifests: with the partition as a
 * placeholder, which is put together here, for cfn-lint takes one in a BuildSpec for a forgotten `Fn::Sub` (E1029).
 */
const bootstrapRole = (purpose: Parameters<typeof bootstrapRoleArn>[0]): string =>
  `("${bootstrapRoleArn(purpose, '\\(.account)', '\\(.region)').replace('arn:aws:', 'arn:$" + "{AWS::Partition}:')}")`;

/**
 * Jq, after `OF_FILE`: for each stack a line: SHA-256 of its template, where that is, the pack that evaluates it, the stack's
 * name, its environment. An error where the manifest says anything that this would not write itself: whatever the CDK's command
 * line may learn to take from one is refused until it stands here.
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/manifest.ts
 */
export const STACKS = [
  '"/cdk-bootstrap/hnb659fds/version" as $version |',
  'if keys == ["artifacts", "minimumCliVersion", "version"] then .artifacts else error("manifest") end',
  '| if $folder.name != "" or ([.[] | select(.type == "cdk:cloud-assembly") | .properties.directoryName] | sort) == ([$folders[].name | select(. != "")] | sort)',
  'then . else error("folders") end',
  // Nothing is evaluated as deployed that nobody deploys: the pipeline's update takes what its own stack depends on.
  `| if $folder.name != "" or ([to_entries[] | select(.value.type == "aws:cloudformation:stack") | .key] - (.["${DELIVERY_PREFIX}"].dependencies + ["${DELIVERY_PREFIX}"])) == []`,
  'then . else error("a stack that is left out") end',
  '| keys as $ids | to_entries[] | .key as $id | .value',
  '| if .type == "aws:cloudformation:stack"',
  'and keys == ["additionalMetadataFile", "dependencies", "displayName", "environment", "properties", "type"]',
  'and ($id | test("\\\\A[A-Za-z0-9-]+\\\\z"))',
  'and .additionalMetadataFile == "\\($id).metadata.json"',
  'and (if $folder.name == "" then .displayName == $id else .displayName | startswith(($folder.name | ltrimstr("assembly-")) + "/") end)',
  'and (.dependencies | length > 0 and all(.[]; . == "\\($id).assets" or (IN($ids[]) and test("\\\\A[A-Za-z0-9-]+\\\\z")))) then',
  '.environment as $named | .properties as $is | .displayName as $path',
  '| [$environments[] | select("aws://\\(.account)/\\(.region)" == $named)]',
  '| if length == 1 then .[0] else error("environment of \\($id)") end',
  '| ($is.stackTemplateAssetObjectUrl | tostring | split("/") | last | rtrimstr(".json")) as $sum',
  `| if ($sum | test("${SHA256}")) then . else error("template of \\($id)") end`,
  `| {templateFile: "\\($id).template.json", stackTemplateAssetObjectUrl: ("s3://" + ${BUCKET} + "/\\($sum).json"),`,
  `assumeRoleArn: ${bootstrapRole('deploy')}, cloudFormationExecutionRoleArn: ${bootstrapRole('cfn-exec')},`,
  `lookupRole: {arn: ${bootstrapRole('lookup')}, requiresBootstrapStackVersion: 8, bootstrapStackVersionSsmParameter: $version},`,
  'additionalDependencies: ["\\($id).assets"]}',
  `+ ${BOOTSTRAP_VERSION}`,
  '+ {terminationProtection: $folder.protected, validateOnSynth: ($is.validateOnSynth == true)}',
  '+ ($is | with_entries(select(.key == "stackName")))',
  '| if . == $is then . else error("stack \\($id)") end',
  '| (.stackName // $id) as $stack',
  // By its path exceptions are told, so two stacks cannot share one.
  '| if ($stack | test("\\\\A[A-Za-z0-9-]+\\\\z")) and ($path | gsub("/"; "-")) == $stack then . else error("name of \\($id)") end',
  '| "\\($sum) \\($place)/\\($id).template.json \\($folder.pack) \\($stack) \\($named)"',
  'elif keys != ["properties", "type"] then error("artifact \\($id)")',
  'elif .type == "cdk:asset-manifest" and ($id | test("\\\\A[A-Za-z0-9-]+[.]assets\\\\z")) and .properties ==',
  `({file: "\\($id).json"} + ${BOOTSTRAP_VERSION}) then empty`,
  'elif .type == "cdk:cloud-assembly" and $folder.name == "" and ($id | IN($folders[].name)) and .properties ==',
  '{directoryName: $id, displayName: ($id | ltrimstr("assembly-"))} then empty',
  'elif .type == "cdk:tree" and .properties == {file: "tree.json"} then empty',
  'elif .type == "cdk:feature-flag-report" then empty',
  'else error("artifact \\($id)") end',
].join(' ');

/**
 * Jq, after `OF_FILE`: for each bundle that a manifest of assets publishes the folder it is in, and for its template a line of
 * `sha256sum`; an error where the manifest says anything that this would not write itself, a program that makes an asset for one.
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/assets/file-asset.ts
 */
export const ASSETS = [
  'if keys == ["dockerImages", "files", "version"] and (.dockerImages | keys) == [] then .files | to_entries[] else error("assets") end',
  '| .key as $sum | .value',
  `| if keys == ["destinations", "displayName", "source"] and ($sum | test("${SHA256}")) then . else error("asset \\($sum)") end`,
  '| (if .source == {packaging: "zip", path: ((if $folder.name == "" then "" else "../" end) + "asset.\\($sum)")} then "zip"',
  'elif .source == {packaging: "file", path: "\\($id).template.json"} then "json" else error("source of \\($sum)") end) as $ending',
  '| .destinations | to_entries[] | .key as $destination | .value as $is',
  '| [$environments[] | "\\\\A\\(.account)-\\(.region)-[0-9a-f]{8}\\\\z" as $named | select($destination | test($named))]',
  '| if length == 1 then .[0] else error("destination of \\($sum)") end',
  `| {bucketName: ${BUCKET}, objectKey: "\\($sum).\\($ending)", region: .region, assumeRoleArn: ${bootstrapRole('file-publishing')}}`,
  '| if . == $is then . else error("destination of \\($sum)") end',
  '| "\\($sum)  " + if $ending == "zip" then "bundle" else "\\($place)/\\($id).template.json" end',
].join(' ');
