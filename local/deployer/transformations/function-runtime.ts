import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';

/**
 * Node functions run as custom runtimes whose bootstrap starts our Runtime API loop: the emulator's own Node runtime
 * reports every error as `Runtime.HandlerError`, so that the state machine's Retry and Catch by name would not match.
 */
export const functionRuntime: Transformation = {
  name: 'function-runtime',
  apply: (template) =>
    changeResources(
      template,
      "runs as a plain Node 24 process of this machine (provided.al2023, this project's runtime loop)",
      (resource) => {
        const runtime = resource.Properties?.['Runtime'];
        if (resource.Type !== 'AWS::Lambda::Function') return undefined;
        if (typeof runtime !== 'string' || !runtime.startsWith('nodejs')) return undefined;
        return { ...resource, Properties: { ...resource.Properties, Runtime: 'provided.al2023' } };
      },
    ),
};
