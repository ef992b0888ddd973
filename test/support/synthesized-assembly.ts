import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { emptyApp } from './synthesis';
import type { TemplateProperties } from './synthesized-stage';

export interface AssemblyResource {
  readonly id: string;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly Type: string;
  readonly Properties: TemplateProperties;
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Resources?: Record<
    string,
    Omit<AssemblyResource, 'Properties'> & { readonly Properties?: TemplateProperties }
  >;
}

/** Every stack of everything that `build` puts into an application, pipelines and nested stages included. */
export function assemblyStacks(build: (app: App) => void): CloudFormationStackArtifact[] {
  const app = emptyApp();
  build(app);
  return app.synth().stacksRecursively;
}

/** Every resource of those stacks. */
export function assemblyResources(build: (app: App) => void): AssemblyResource[] {
  return assemblyStacks(build).flatMap(({ stackName, environment, templateFullPath }) => {
    const { Resources = {} } = JSON.parse(readFileSync(templateFullPath, 'utf8')) as Template;
    return Object.entries(Resources).map(([id, resource]) => ({
      ...resource,
      id,
      Properties: resource.Properties ?? {},
      stack: stackName,
      region: environment.region,
      account: environment.account,
    }));
  });
}
