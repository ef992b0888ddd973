import { BUCKET, SHA256 } from './jq';

/** What the CDK writes at the top of a template here: no macro, nothing that depends on a parameter. */
const SECTIONS = ['Description', 'Outputs', 'Parameters', 'Resources', 'Rules'];
/**
 * The functions that it writes: none that puts text in another's place. A dynamic reference is resolved in what these make, so
 * that no text may hold, begin or end its opening, and only an ARN is split.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
const FUNCTIONS = ['Contains', 'GetAtt', 'ImportValue', 'Join', 'Not', 'Select', 'Split'].map(
  (name) => `Fn::${name}`,
);
/**
 * Keys by which a template would take code, a template or a definition from elsewhere, or hold code that no bundle is.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const FROM_ELSEWHERE = [
  'ApiSchema',
  'Attachments',
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

/** What it refers to of AWS's own; an id that AWS gives is one text to who evaluates a template and another to who deploys it. */
const PSEUDO_PARAMETERS = ['Partition', 'Region', 'StackName', 'URLSuffix'].map((name) => `AWS::${name}`);

/**
 * What the CDK writes into each template about the bootstrap; a parameter of another place, or one that anything else refers to,
 * would let whoever writes that place decide after the approvals.
 */
const BOOTSTRAP_VERSION = JSON.stringify({
  Parameters: {
    BootstrapVersion: {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/cdk-bootstrap/hnb659fds/version',
      Description:
        'Version of the CDK Bootstrap resources in this environment, automatically retrieved from SSM Parameter Store. [cdk:skip]',
    },
  },
  Rules: {
    CheckBootstrapVersion: {
      Assertions: [
        {
          Assert: {
            'Fn::Not': [{ 'Fn::Contains': [['1', '2', '3', '4', '5'], { Ref: 'BootstrapVersion' }] }],
          },
          AssertDescription:
            "CDK bootstrap stack version 6 required. Please run 'cdk bootstrap' with a recent version of the CDK CLI.",
        },
      ],
    },
  },
}).replaceAll("'", '\\u0027');

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/**
 * Jq: what a build is told stands in the template, as does its image's name, one of AWS's; it takes its sources from the
 * pipeline alone, nothing out of a cache, and no value out of a store.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
 */
const BUILD = [
  'if .Type != "AWS::CodeBuild::Project" then empty else .Properties',
  '| if (keys - ["Artifacts", "Cache", "Description", "EncryptionKey", "Environment", "LogsConfig", "Name", "ServiceRole", "Source", "Tags", "TimeoutInMinutes"]) == []',
  'and (.Source | keys == ["BuildSpec", "Type"] and .Type == "CODEPIPELINE" and (.BuildSpec | type == "string" and startswith("{") and (fromjson | tojson | spaceless) == spaceless))',
  'and (.Name | type) == "string" and .Cache == {Type: "NO_CACHE"} and (.Environment.Image | type == "string" and test("\\\\Aaws/codebuild/[a-z0-9:._-]+\\\\z"))',
  'and all(.Environment.EnvironmentVariables[]?; .Type == "PLAINTEXT") then empty else error("a build of somebody else") end end',
].join(' ');

/**
 * Jq, after `OF_FILE`: for each bundle that a template names its digest, each export and each build and pipeline by its name; an
 * error where it takes code or anything else from elsewhere.
 */
export const CODE = [
  // A key that stands twice in the text is there once after it was read (RFC 8259, section 4).
  'def spaceless: split(" ") | join("") | split("\\n") | join("");',
  `if (keys - [${listed(SECTIONS)}]) == [] then empty else error("a section of somebody else") end,`,
  `(.Resources[] | if .Type | test("\\\\A(${OTHERS_TYPES})\\\\z") then error("a type of somebody else") else empty end),`,
  `(.Resources[] | ${BUILD}),`,
  '(.Outputs // empty | .[].Export // empty | if keys == ["Name"] and (.Name | type == "string" and test("\\\\A[A-Za-z0-9:-]+\\\\z")) then "export \\(.Name)" else error("an export of somebody else") end),',
  '(.Resources[] | select(.Type == "AWS::CodeBuild::Project" or .Type == "AWS::CodePipeline::Pipeline") | "name \\(.Type) \\(.Properties.Name | if type == "string" and test("\\\\A[A-Za-z0-9-]+\\\\z") then . else error("a name that is decided later") end)"),',
  `if {Parameters, Rules} == ${BOOTSTRAP_VERSION} and ([del(.Rules) | .. | objects | .Ref?] | index("BootstrapVersion") | not) then empty else error("parameters") end,`,
  '(.. | strings | select(contains("{" + "{") or startswith("{resolve:") or endswith("{")) | error("a text that is decided later")),',
  '(.. | objects | . as $is | keys[]',
  `| if startswith("Fn::") and (IN(${listed(FUNCTIONS)}) | not) then error("\\(.) is a function of somebody else")`,
  'elif . == "Fn::Split" and ($is[.] | (.[0] == ":" and (.[1] | keys == ["Fn::GetAtt"]) and .[1]["Fn::GetAtt"][1] == "Arn" and length == 2) | not) then error("a text that is decided later")',
  `elif . == "Ref" and ($is.Ref | startswith("AWS::")) and ($is.Ref | IN(${listed(PSEUDO_PARAMETERS)}) | not) then error("\\($is.Ref) is known to AWS alone")`,
  'elif . == "Fn::ImportValue" and ($is[.] | type) != "string" then error("a name that is decided later")',
  `elif test("\\\\A(${FROM_ELSEWHERE})\\\\z") then error("\\(.) takes from elsewhere")`,
  'elif IN("S3Key", "S3Bucket", "RuleLocation") then ($is.S3Key // $is.RuleLocation.Uri | tostring | split("/") | last | rtrimstr(".zip")) as $sum',
  `| [$environments[] | ${BUCKET} as $bucket`,
  '| select($is == {S3Bucket: $bucket, S3Key: "\\($sum).zip"} or $is.RuleLocation == {Uri: "s3://\\($bucket)/\\($sum).zip"})]',
  `| if length == 1 and ($sum | test("${SHA256}")) then "bundle \\($sum)" else error("code from elsewhere") end`,
  'else empty end)',
].join(' ');
