import { AS_ONE, MAKE_WORK } from './shell';

/** Jq: name, bucket, key, region and role of each bundle of a manifest of assets. */
const PUBLISHED = [
  '| .files | to_entries[] | select(.value.source.packaging == "zip") | .key as $name | .value.destinations[]',
  '| "\\($name) \\(.bucketName) \\(.objectKey) \\(.region) \\(.assumeRoleArn | sub("[$][{]AWS::Partition[}]"; "aws"))"',
].join(' ');

/**
 * Leaves every bundle of every stage where its templates take it from, by the bootstrap's role for that, in the place of
 * whatever lies there under its name. By programs of the image alone: `cdk-assets` 4.7.3, the newest, reads manifests up to
 * version 54 of their schema, and the CDK writes 55; and no package then runs by roles that write what production runs.
 * https://github.com/aws/aws-codebuild-docker-images/blob/master/ubuntu/standard/7.0/Dockerfile
 */
export const PUBLISH_COMMANDS: readonly string[] = AS_ONE([
  MAKE_WORK,
  `find . -path './assembly-*' -name '*.assets.json' -exec jq -rn 'inputs ${PUBLISHED}' {} + > $WORK/bundles`,
  'test -s $WORK/bundles',
  'sort -u $WORK/bundles > $WORK/each',
  [
    'while read -r name bucket key region role; do',
    'rm -f $WORK/bundle.zip; chmod -R a+rX "asset.$name"; (cd "asset.$name" && zip -q -X -r $WORK/bundle.zip .);',
    `aws sts assume-role --role-arn "$role" --role-session-name publish-assets --query Credentials --output json > $WORK/credentials;`,
    'echo "$key to $bucket";',
    'AWS_ACCESS_KEY_ID=$(jq -r .AccessKeyId $WORK/credentials)',
    'AWS_SECRET_ACCESS_KEY=$(jq -r .SecretAccessKey $WORK/credentials)',
    'AWS_SESSION_TOKEN=$(jq -r .SessionToken $WORK/credentials)',
    'aws s3api put-object --region "$region" --bucket "$bucket" --key "$key" --body $WORK/bundle.zip --expected-bucket-owner "$(echo "$role" | cut -d : -f 5)" > /dev/null < /dev/null;',
    'done < $WORK/each',
  ].join(' '),
]);
