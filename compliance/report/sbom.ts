import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { RuntimePackage } from '../engines/runtime-packages';
import type { Identity } from './evidence';
import { uuidOf } from './uuid';

/** `pkg:npm/%40scope/name@version`: https://github.com/package-url/purl-spec */
const packageUrl = ({ name, version }: RuntimePackage): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

/** CycloneDX bill of materials of what is bundled into the functions. */
export function sbom(packages: readonly RuntimePackage[], identity: Identity): string {
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${uuidOf('sbom', identity.generated, identity.commit.id)}`,
    metadata: new Models.Metadata({
      timestamp: new Date(identity.generated),
      component: new Models.Component(Enums.ComponentType.Application, 'serverlessapp', {
        bomRef: 'serverlessapp',
        version: identity.commit.id,
      }),
    }),
  });
  for (const bundled of packages) {
    const url = packageUrl(bundled);
    const component = new Models.Component(Enums.ComponentType.Library, bundled.name, {
      bomRef: url,
      version: bundled.version,
      purl: url,
    });
    if (bundled.license !== undefined) component.licenses.add(new Models.LicenseExpression(bundled.license));
    for (const bundle of bundled.functions) {
      component.properties.add(new Models.Property('serverlessapp:function', bundle));
    }
    bom.components.add(component);
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true, space: 1 });
}
