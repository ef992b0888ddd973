import { devNull } from 'node:os';

/**
 * Takes every AWS setting of the user out of an environment: endpoints, FIPS, dual stack, profiles, credentials, retry
 * modes … are meant for real accounts, and the SDK reads them for any client that is not told otherwise. The names are not
 * listed: the next version of the SDK reads more. https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export function clearAwsSettings(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) if (/^AWS_/i.test(name)) Reflect.deleteProperty(env, name);
  env['AWS_CONFIG_FILE'] = devNull;
  env['AWS_SHARED_CREDENTIALS_FILE'] = devNull;
  env['AWS_EC2_METADATA_DISABLED'] = 'true';
  // Said once by the platform for an older Node than the functions run on.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
}
