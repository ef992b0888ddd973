import { App, type AppProps } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';

/**
 * Exports and imports between stacks, not Fn::GetStackOutput: an export cannot be removed while a stack uses it, and
 * every scanner of the gate understands it.
 */
const STRONG_REFERENCES = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

/**
 * The one way to an App, so that `cdk deploy`, the gate, the tests and `npm start` synthesize the same templates: with
 * every behaviour that the pinned aws-cdk-lib recommends. https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
 */
export const createApp = (props: AppProps = {}): App =>
  new App({
    analyticsReporting: false,
    ...props,
    context: { ...recommendedFlags, ...STRONG_REFERENCES, ...props.context },
  });
