import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AssetManifestArtifact,
  type CloudAssembly,
  type CloudFormationStackArtifact,
} from 'aws-cdk-lib/cx-api';
import type { Template } from './template';

/** One stack as synthesized, with the assets that its template names. */
export interface AssemblyStack {
  /** Name in CloudFormation. */
  name: string;
  /** Where the template stands in the assembly. */
  templateFile: string;
  template: Template;
  assets: AssemblyAsset[];
}

/** A file or folder to be stored under a key of the bootstrap bucket before the stack is made. */
export interface AssemblyAsset {
  path: string;
  packaging: 'file' | 'zip';
  bucket: string;
  key: string;
}

interface AssetManifest {
  files?: Record<
    string,
    {
      source: { path: string; packaging?: string };
      destinations: Record<string, { bucketName: string; objectKey: string }>;
    }
  >;
}

async function assetsOf(stack: CloudFormationStackArtifact): Promise<AssemblyAsset[]> {
  const manifest = stack.dependencies.find((artifact) => artifact instanceof AssetManifestArtifact);
  if (!(manifest instanceof AssetManifestArtifact)) return [];
  const { files = {} } = JSON.parse(await readFile(manifest.file, 'utf8')) as AssetManifest;
  return Object.values(files)
    .filter(({ source }) => source.path !== stack.templateFile)
    .flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ bucketName, objectKey }) => ({
        path: join(stack.assembly.directory, source.path),
        packaging: source.packaging === 'zip' ? ('zip' as const) : ('file' as const),
        bucket: bucketName
          .replaceAll('${AWS::AccountId}', stack.environment.account)
          .replaceAll('${AWS::Region}', stack.environment.region),
        key: objectKey,
      })),
    );
}

/** The stacks of an assembly (nested stages included) for these regions, each after those that it depends on. */
export async function stacksInOrder(
  assembly: CloudAssembly,
  regions: readonly string[],
): Promise<AssemblyStack[]> {
  const ordered: CloudFormationStackArtifact[] = [];
  const visit = (stack: CloudFormationStackArtifact): void => {
    if (ordered.includes(stack)) return;
    for (const dependency of stack.dependencies) {
      if ('stackName' in dependency) visit(dependency as CloudFormationStackArtifact);
    }
    ordered.push(stack);
  };
  const isWanted = ({ environment }: CloudFormationStackArtifact) => regions.includes(environment.region);
  assembly.stacksRecursively.filter(isWanted).forEach(visit);
  return Promise.all(
    ordered.filter(isWanted).map(async (stack) => ({
      name: stack.stackName,
      templateFile: stack.templateFullPath,
      template: stack.template as Template,
      assets: await assetsOf(stack),
    })),
  );
}
