import { baseEnvironmentSchema } from '../../lambda/environment';
import { type FunctionId, functionDefinition } from '../../lambda/functions';

/** The role of whom test events say that IAM let them in. */
const ROLE_OF_PEOPLE = 'arn:aws:iam::111111111111:role/r';

/** An environment in which a function's bundle starts: every variable of its schema, and what Lambda sets. */
export function functionEnvironment(id: FunctionId): Record<string, string> {
  const { shape } = functionDefinition(id).environment;
  const names = Object.keys({ ...baseEnvironmentSchema.shape, ...shape });
  return {
    ...Object.fromEntries(names.map((name) => [name, '1'])),
    ...('REVIEW_PEOPLE' in shape && { REVIEW_PEOPLE: '{"demo":1}', REVIEW_ON_EXPIRY: 'stays' }),
    ...('REVIEWER_ROLE_ARN' in shape && { REVIEWER_ROLE_ARN: ROLE_OF_PEOPLE }),
    ...('STEWARD_ROLE_ARN' in shape && { STEWARD_ROLE_ARN: ROLE_OF_PEOPLE }),
    ...('WEBHOOK_ENDPOINTS' in shape && { WEBHOOK_ENDPOINTS: '{"demo":{"revision":"1"}}' }),
    ...('PICTURES_PER_HOUR' in shape && { PICTURES_PER_HOUR: '{"demo":1}' }),
    STAGE: 'dev',
    POWERTOOLS_LOG_LEVEL: 'INFO',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SESSION_TOKEN: 'example',
  };
}
