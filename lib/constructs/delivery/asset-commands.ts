import { bootstrapBucket, bootstrapRoleArn, DELIVERY_PREFIX } from '../../names';
import type { AssemblyFolder } from './assembly-folders';
import { FOLDER_DIGEST } from './shell';

/** A SHA-256 and nothing else. The whole string: `^` and `$` of jq match at line ends, too. */
const SHA256 = '\\\\A[0-9a-f]{64}\\\\z';
const BOOTSTRAP_VERSION = '{requiresBootstrapStackVersion: 6, bootstrapStackVersionSsmParameter: $version}';

/**
 * Jq: the ARN of a bootstrap role of the environment `.`, as the CDK writes it into manifests: with the partition as a
 * placeholder, which is put together here, for cfn-lint takes one in a BuildSpec for a forgotten `Fn::Sub` (E1029).
 */
const bootstrapRole = (purpose: Parameters<typeof bootstrapRoleArn>[0]): string =>
  `("${bootstrapRoleArn(purpose, '\\(.account)', '\\(.region)').replace('arn:aws:', 'arn:$" + "{AWS::Partition}:')}")`;
const BUCKET = `"${bootstrapBucket('\\(.account)', '\\(.region)')}"`;

/**
 * Jq: each file (`-n`, `inputs`: an error in one stops all), and what its place says: `$place`, where it is; `$id`, what it is
 * called without its ending; `$folder`, what the pipeline's definition says of the folder, and its `$environments`.
 */
const EACH_FILE = [
  'inputs | . as $content | (input_filename | split("/")) as $path',
  '| ($path[:-1] | join("/")) as $place | ($path[-1] | split(".")[0]) as $id',
  '| [$folders[] | select(.name == ($path[1:-1] | join("/")))] | if length == 1 then .[0] else error("folder of \\($path)") end',
  '| . as $folder | .environments as $environments | $content |',
].join(' ');

/**
 * Jq: for each stack a line: SHA-256 of its template, where that is, the pack that evaluates it, the stack's name, its
 * environment. An error
 * where the manifest says anything that this would not write itself: whatever the CDK's command line may learn to take from
 * one is refused until it stands here.
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/manifest.ts
 */
const STACKS = [
  '"/cdk-bootstrap/hnb659fds/version" as $version |',
  EACH_FILE,
  'if keys == ["artifacts", "minimumCliVersion", "version"] then .artifacts else error("manifest") end',
  '| if $folder.name != "" or ([.[] | select(.type == "cdk:cloud-assembly") | .properties.directoryName] | sort) == ([$folders[].name | select(. != "")] | sort)',
  'then . else error("folders") end',
  '| keys as $ids | to_entries[] | .key as $id | .value',
  '| if .type == "aws:cloudformation:stack"',
  'and keys == ["additionalMetadataFile", "dependencies", "displayName", "environment", "properties", "type"]',
  'and ($id | test("\\\\A[A-Za-z0-9-]+\\\\z"))',
  'and .additionalMetadataFile == "\\($id).metadata.json"',
  'and (if $folder.name == "" then .displayName == $id else .displayName | startswith(($folder.name | ltrimstr("assembly-")) + "/") end)',
  'and (.dependencies | length > 0 and all(.[]; . == "\\($id).assets" or (IN($ids[]) and test("\\\\A[A-Za-z0-9-]+\\\\z")))) then',
  '.environment as $named | .properties as $is',
  '| [$environments[] | select("aws://\\(.account)/\\(.region)" == $named)]',
  '| if length == 1 then .[0] else error("environment of \\($id)") end',
  '| ($is.stackTemplateAssetObjectUrl | tostring | split("/") | last | rtrimstr(".json")) as $sum',
  `| if ($sum | test("${SHA256}")) then . else error("template of \\($id)") end`,
  `| {templateFile: "\\($id).template.json", stackTemplateAssetObjectUrl: ("s3://" + ${BUCKET} + "/\\($sum).json"),`,
  `assumeRoleArn: ${bootstrapRole('deploy')}, cloudFormationExecutionRoleArn: ${bootstrapRole('cfn-exec')},`,
  `lookupRole: {arn: ${bootstrapRole('lookup')}, requiresBootstrapStackVersion: 8, bootstrapStackVersionSsmParameter: $version},`,
  'additionalDependencies: ["\\($id).assets"]}',
  `+ ${BOOTSTRAP_VERSION}`,
  '+ ($is | {terminationProtection, validateOnSynth} | map_values(. == true))',
  '+ ($is | with_entries(select(.key == "stackName")))',
  '| if . == $is then . else error("stack \\($id)") end',
  '| (.stackName // $id) as $stack',
  '| if ($stack | test("\\\\A[A-Za-z0-9-]+\\\\z")) then . else error("name of \\($id)") end',
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
 * Jq: for each bundle that a manifest of assets publishes the folder it is in, and for its template a line of `sha256sum`;
 * an error where the manifest says anything that this would not write itself, a program that makes an asset for one.
 * https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/cloud-assembly-schema/lib/assets/file-asset.ts
 */
const ASSETS = [
  EACH_FILE,
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

/**
 * Keys by which a template would take code, a template or a definition from elsewhere, hold code that no bundle is, or be
 * made of another text.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const FROM_ELSEWHERE = [
  'ApiSchema',
  'Attachments',
  'Fn::ForEach.*',
  'Fn::Transform',
  'Layers',
  'LoadTemplateFromURL',
  'ModelDataUrl',
  'ModulePackage',
  'S3ObjectVersion',
  'SchemaHandlerPackage',
  'ScriptBootstrapAction',
  'ScriptLocation',
  'ServiceToken',
  'StorageLocation',
  'TemplateSSMDocumentDetails',
  'TemplateURL',
  'Transform',
  'ZipFile',
  '.*S3(Content)?Location',
  '.*S3Path',
  '(Code|Content|Definition|Image|TemplateS3)Uri',
].join('|');
/** Types of resources that are, or let in, what others wrote. */
const OTHERS_TYPES = [
  'AWS::CloudFormation::(HookVersion|Macro|ModuleVersion|ResourceVersion|Stack|StackSet|TypeActivation)',
  '(?!AWS::).*',
].join('|');

/** Jq: for each bundle that a template names its digest; an error where it takes code or anything else from elsewhere. */
const CODE = [
  EACH_FILE,
  `(.Resources[] | if .Type | test("\\\\A(${OTHERS_TYPES})\\\\z") then error("a type of somebody else")`,
  'elif .Type == "AWS::CodeBuild::Project" and (.Properties.Source.Type | IN("CODEPIPELINE", "NO_SOURCE") | not) then error("a build of somebody else")',
  'else empty end),',
  'if (.Parameters | keys) == ["BootstrapVersion"] then empty else error("parameters") end,',
  '(.. | strings | select(contains("{" + "{resolve:")) | error("a text that is decided later")),',
  '(.. | objects | . as $is | keys[]',
  `| if test("\\\\A(${FROM_ELSEWHERE})\\\\z") then error("\\(.) takes from elsewhere")`,
  'elif IN("S3Key", "S3Bucket", "RuleLocation") then ($is.S3Key // $is.RuleLocation.Uri | tostring | split("/") | last | rtrimstr(".zip")) as $sum',
  `| [$environments[] | ${BUCKET} as $bucket`,
  '| select($is == {S3Bucket: $bucket, S3Key: "\\($sum).zip"} or $is.RuleLocation == {Uri: "s3://\\($bucket)/\\($sum).zip"})]',
  `| if length == 1 and ($sum | test("${SHA256}")) then $sum else error("code from elsewhere") end`,
  'else empty end)',
].join(' ');

/** Jq: the ARN of a bootstrap role of the environment `.`, as the CDK writes it into the pipeline's actions. */
const joinedRole = (purpose: Parameters<typeof bootstrapRoleArn>[0]): string =>
  `{"Fn::Join": ["", ["arn:", {Ref: "AWS::Partition"}, "${bootstrapRoleArn(purpose, '\\(.account)', '\\(.region)').replace('arn:aws', '')}"]]}`;

/**
 * Jq: where each action of the pipeline that is deployed finds a template, the stack it makes of it, and the account and
 * region it makes it in, by roles and region together. An error where an action takes anything but the signed assembly,
 * gives parameters or settings of its own, or where another build hands over something under the name of that.
 */
const DEPLOYED = [
  '[.Resources[] | select(.Type == "AWS::CodePipeline::Pipeline") | .Properties.Stages[].Actions[]] as $actions',
  '| if [$actions[] | select([.OutputArtifacts[]?.Name] | index("Sign_Output")) | .Name] == ["Sign"] then . else error("who signs") end',
  '| if all($actions[] | select(.Configuration | has("TemplatePath")); .InputArtifacts == [{Name: "Sign_Output"}]',
  'and (.Configuration | keys) == ["ActionMode", "Capabilities", "ChangeSetName", "RoleArn", "StackName", "TemplatePath"]) then . else error("an action") end',
  '| if [.Resources[] | select(.Type == "AWS::CodePipeline::Pipeline") | .. | objects | select(has("TemplatePath"))] == [$actions[].Configuration | select(has("TemplatePath"))] then . else error("no action") end',
  '| $actions[] | select(.Configuration | has("TemplatePath")) | . as $is | (.Region // $folders[0].environments[0].region) as $region',
  '| [$folders[].environments[] | select(.region == $region',
  `and $is.RoleArn == ${joinedRole('deploy')} and $is.Configuration.RoleArn == ${joinedRole('cfn-exec')}) | "aws://\\(.account)/\\(.region)"] | unique`,
  '| if length == 1 then .[0] else error("environment of \\($is.Name)") end',
  '| "\\($is.Configuration.TemplatePath | sub("\\\\ASign_Output::"; "assembly/")) \\($is.Configuration.StackName) \\(.)"',
].join(' ');

/** Names of files that the CDK writes beside bundles; `cdk.json`, `.npmrc` or a BuildSpec would tell a build to run something. */
const FILES = [
  'cdk[.]out',
  'manifest[.]json',
  'tree[.]json',
  'validation-report[.]json',
  '[A-Za-z0-9]+[.]dot',
  '[A-Za-z0-9-]+[.](assets|metadata|template)[.]json',
].join('|');

/** In a sequence that does not change while nothing is written. */
const JSON_FILES = `find assembly -name '*.json' ! -path 'assembly/asset.*/*'`;

/**
 * Jq, over files with a word of this run behind each, twice: each file is one whole object. Jq reads on in the next file where one
 * ends within a value, and there two words that nothing separates are an error.
 */
const WHOLE =
  '[inputs] | . as $all | length > 0 and length % 3 == 0 and ([range(0; length; 3) | ($all[.] | type) == "object" and $all[. + 1:. + 3] == [$next, $next]] | all)';

/** What a jq program prints of all files of the assembly that are called so; stops where it finds an error in one. */
const eachFile = (name: string, program: string): string =>
  `find assembly -name '${name}' ! -path 'assembly/asset.*/*' -exec jq -rn --argjson folders "$FOLDERS" '${program}' {} +`;

/**
 * What the assembly holds, in the words of the shell of the build that signs: plain files under plain names; bundles, each
 * named by the digest of what is in it; in each folder the stacks of one stage, each with the template that this stage's
 * pack holds the evaluation of under the stack's name, byte for byte, for the stage's own accounts by the bootstrap's own
 * roles; and manifests that publish these and nothing else. So a template that was evaluated names the code that it deploys.
 * A key that stands twice in a JSON file is refused, for readers differ in which of the two they take (RFC 8259, section 4).
 */
export const checkAssembly = (folders: readonly AssemblyFolder[]): string[] => [
  // The slash: CodeBuild's further inputs are links to folders.
  'test -z "$(find assembly packs recheck/ ! -type d ! -type f)"',
  `test -z "$(LC_ALL=C find assembly packs recheck/ -name '*[!A-Za-z0-9._-]*')"`,
  `FOLDERS='${JSON.stringify(folders)}'`,
  // Nothing but these files in these folders, and bundles.
  `test -z "$(find assembly -mindepth 1 -type d ! -path 'assembly/asset.*' | grep -vxF '${folders.map(({ name }) => `assembly/${name}`).join('\n')}' || true)"`,
  `test -z "$(find assembly -type f ! -path 'assembly/asset.*/*' | grep -vxE 'assembly/([A-Za-z0-9-]+/)?(${FILES})' || true)"`,
  `test -z "$(find assembly -mindepth 1 -maxdepth 1 -name 'asset.*' | grep -vxE 'assembly/asset[.][0-9a-f]{64}' || true)"`,
  // Whatever stands below a bundle's name is in its digest; a bundle that is a file is none.
  'find assembly -mindepth 1 -maxdepth 1 -name "asset.*" > $WORK/assets',
  [
    'while read -r asset; do test -d "$asset";',
    `${FOLDER_DIGEST('$asset')};`,
    'test "$(printf %s "$DIGEST" | sha256sum | cut -d " " -f 1)" = "${asset#assembly/asset.}";',
    'done < $WORK/assets',
  ].join(' '),
  `${JSON_FILES} > $WORK/json`,
  'NEXT=$(openssl rand -hex 16)',
  `printf '"%s" "%s"' "$NEXT" "$NEXT" > $WORK/next`,
  `awk -v next_file=$WORK/next '{print; print next_file}' $WORK/json | xargs jq -en --arg next "$NEXT" '${WHOLE}' > /dev/null`,
  `test "$(${JSON_FILES} -exec jq -c . {} + | tr -d ' \\n' | sha256sum)" = "$(${JSON_FILES} -exec cat {} + | tr -d ' \\n' | sha256sum)"`,
  // The command line publishes what metadata names as an asset, too.
  `${eachFile('*.metadata.json', 'inputs | .[][].type | strings // error("metadata")')} > $WORK/metadata`,
  `test -z "$(grep -x 'aws:cdk:asset' $WORK/metadata || true)"`,
  `${eachFile('manifest.json', STACKS)} > $WORK/stacks`,
  `${eachFile('*.assets.json', ASSETS)} > $WORK/published`,
  `${eachFile('*.template.json', CODE)} > $WORK/code`,
  // Each template is one stack's, and is what that stage's pack holds under the stack's name.
  'test -s $WORK/stacks',
  `test "$(cut -d ' ' -f 2 $WORK/stacks | sort)" = "$(find assembly -name '*.template.json' ! -path 'assembly/asset.*/*' | sort)"`,
  `awk '{print $1 "  " $2; print $1 "  packs/" $3 "/templates/" $4 ".template.json"}' $WORK/stacks > $WORK/held`,
  'sha256sum --check --strict --quiet $WORK/held',
  // The pipeline makes of each template the stack that it was evaluated as, and of each stage every stack.
  `jq -r --argjson folders "$FOLDERS" '${DEPLOYED}' assembly/${DELIVERY_PREFIX}.template.json > $WORK/deployed`,
  `grep -q ' assembly/${DELIVERY_PREFIX}[.]template[.]json prod ${DELIVERY_PREFIX} aws://' $WORK/stacks`,
  `test "$(sort -u $WORK/deployed)" = "$(grep ' assembly/[^ ]*/' $WORK/stacks | cut -d ' ' -f 2,4,5 | sort)"`,
  // Each bundle is named by a template; each that is published is here.
  `test "$(sort -u $WORK/code)" = "$(sed 's#^assembly/asset[.]##' $WORK/assets | sort)"`,
  `grep -v '  bundle$' $WORK/published > $WORK/template-assets`,
  'sha256sum --check --strict --quiet $WORK/template-assets',
  `grep '  bundle$' $WORK/published | cut -c 1-64 | sort -u | while read -r sum; do test -d "assembly/asset.$sum"; done`,
];
