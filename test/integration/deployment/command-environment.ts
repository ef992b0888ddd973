import { dirname, join } from 'node:path';
import type { Credentials } from '../../../tools/client/sign-request';
import { type Emulator, ROOT_CREDENTIALS } from '../../../local/emulator/emulator';

/**
 * The whole environment of a command that is to meet the embedded AWS and nothing else: nothing of the user's is in it.
 * An address as S3's endpoint makes the SDK put the bucket into the path; not every resolver knows BUCKET.s3.localhost.
 */
export const commandEnvironment = (
  { certificateFile, directory, endpoint, port, region }: Emulator,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials = ROOT_CREDENTIALS,
): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
  HOME: directory,
  TMPDIR: directory,
  NODE_EXTRA_CA_CERTS: certificateFile,
  NODE_NO_WARNINGS: '1',
  // A command starts from what V8 compiled for the one before it in this run: the CDK's command line is 16 MB of code.
  NODE_COMPILE_CACHE: join(process.env['SERVERLESSAPP_TEST_TEMP'] ?? directory, 'compiled-commands'),
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: `https://127.0.0.1:${port}`,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  AWS_EC2_METADATA_DISABLED: 'true',
});
