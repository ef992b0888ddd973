import { ConfigurationUnusableError } from '../domain/errors';

/**
 * Takes the place of the SDK's default credential chain in the bundles (lambda/build.ts). A function's credentials are
 * its role's, in its environment, and last as long as it does; profiles, SSO, web identity and instance metadata would
 * be 130 kB that never run. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = () => () => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    return Promise.reject(new ConfigurationUnusableError('there are no credentials in the environment'));
  }
  return Promise.resolve({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
  });
};
