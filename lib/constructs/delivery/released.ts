import type { PipelineStage } from '../../config/schema';
import { RELEASED_PREFIX } from './release-evidence';

/** `NEWEST`: the name under which stands what runs in a stage; empty before the first release. */
export const NEWEST_RELEASE = (stage: PipelineStage): string[] => [
  `RELEASES=$(aws s3api list-objects-v2 --bucket "$EVIDENCE_BUCKET" --prefix ${RELEASED_PREFIX}${stage}/ --output json)`,
  `NEWEST=$(printf %s "$RELEASES" | jq -r '[.Contents[]?.Key] | sort | last // empty')`,
];

/**
 * `RELEASE`: where the pack of the release is that runs in the stage, and the commit that it was made of.
 * @param commit - name of the variable that gets the commit.
 */
export const RELEASE = (commit = 'COMMIT'): string[] => [
  'RELEASE=$(aws s3 cp "s3://$EVIDENCE_BUCKET/$NEWEST" -);',
  `${commit}=$(printf %s "$RELEASE" | cut -d / -f 2);`,
];

/** Outside of the sources, which the gate evaluates. */
export const LAST = '/tmp/last-release';

/** Fetches the pack of the release and verifies it by the key that KMS holds, not by one that lies beside it. */
export const FETCH_RELEASE: readonly string[] = [
  `aws s3 cp "s3://$EVIDENCE_BUCKET/$RELEASE" ${LAST} --recursive --only-show-errors;`,
  `npm run compliance -- verify ${LAST} --key-id "$SIGNING_KEY";`,
];
