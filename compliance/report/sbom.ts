import { readFileSync } from 'node:fs';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { version as bundlerVersion } from 'esbuild';
import type { RuntimePackage } from '../engines/runtime-packages';
import type { Identity } from './evidence';
import { sha256 } from './sha256';
import { uuidOf } from './uuid';

/** `pkg:npm/%40scope/name@version`: https://github.com/package-url/purl-spec */
const packageUrl = ({ name, version }: Pick<RuntimePackage, 'name' | 'version'>): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

/**
 * CycloneDX bill of materials of what is bundled into the functions: each package with the hash of its archive and what
 * it asks for, the runtimes that AWS provides, and what built and evaluated it, Node included.
 * @param runtimes - of the functions in the templates: `nodejs24.x`.
 */
export function sbom(
  packages: readonly RuntimePackage[],
  identity: Identity,
  runtimes: readonly string[] = [],
): string {
  const application = new Models.Component(Enums.ComponentType.Application, 'serverlessapp', {
    bomRef: 'serverlessapp',
    version: identity.commit.id,
  });
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${uuidOf('sbom', identity.generated, identity.commit.id)}`,
    metadata: new Models.Metadata({
      timestamp: new Date(identity.generated),
      component: application,
      tools: new Models.Tools({ tools: new Models.ToolRepository(toolsOf(identity)) }),
    }),
  });
  const components = new Map(
    packages.map((bundled) => [`${bundled.name}@${bundled.version}`, componentOf(bundled)]),
  );
  for (const bundled of packages) {
    const component = components.get(`${bundled.name}@${bundled.version}`);
    for (const name of bundled.dependencies ?? []) {
      const dependency = components.get(name);
      if (dependency !== undefined) component?.dependencies.add(dependency.bomRef);
    }
  }
  const asked = new Set(packages.flatMap(({ dependencies = [] }) => dependencies));
  for (const [name, component] of components) {
    bom.components.add(component);
    if (!asked.has(name)) application.dependencies.add(component.bomRef);
  }
  for (const runtime of runtimes) {
    const platform = new Models.Component(Enums.ComponentType.Platform, `AWS Lambda ${runtime}`, {
      bomRef: `runtime:${runtime}`,
    });
    bom.components.add(platform);
    application.dependencies.add(platform.bomRef);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 1 });
}

const toolsOf = ({ tools }: Identity): Models.Tool[] => [
  nodeOfTheGate(),
  new Models.Tool({ name: 'esbuild', version: bundlerVersion }),
  ...tools
    .filter(({ rules }) => rules > 0)
    .map(({ engine, version }) => new Models.Tool({ name: engine, version })),
];

let digestOfNode: string | undefined;

/** The Node that runs the gate, by the digest of its own binary (a hundred megabytes): the machine's, or the one that was fetched. */
function nodeOfTheGate(): Models.Tool {
  digestOfNode ??= sha256(readFileSync(process.execPath));
  return new Models.Tool({
    name: 'node',
    version: process.versions.node,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digestOfNode]]),
  });
}

function componentOf(bundled: RuntimePackage): Models.Component {
  const url = packageUrl(bundled);
  const component = new Models.Component(Enums.ComponentType.Library, bundled.name, {
    bomRef: url,
    version: bundled.version,
    purl: url,
  });
  const [, sum] = /^sha512-(.+)$/.exec(bundled.integrity ?? '') ?? [];
  if (sum !== undefined) {
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(sum, 'base64').toString('hex'));
  }
  if (bundled.license !== undefined) component.licenses.add(new Models.LicenseExpression(bundled.license));
  for (const bundle of bundled.functions) {
    component.properties.add(new Models.Property('serverlessapp:function', bundle));
  }
  return component;
}
