import type { Evidence } from '../evidence';
import { controlId, DOCUMENTS, identifiersOf, NAMESPACE, statementId } from './identifiers';
import { metadata } from './metadata';

/** Every requirement of every framework: one group a framework. */
export function catalog({ identity, catalogues, requirements }: Evidence): object {
  return {
    catalog: {
      uuid: identifiersOf(identity).of('catalog'),
      metadata: metadata(identity, 'requirements of the frameworks'),
      groups: catalogues.map(({ framework, title, edition, texts }) => ({
        id: `group_${framework}`,
        title: `${title}, ${edition}`,
        parts: [{ name: 'overview', prose: texts }],
        controls: requirements
          .filter((requirement) => requirement.framework === framework)
          .map(({ id, title: name }) => ({
            id: controlId(framework, id),
            title: name,
            props: [{ name: 'label', value: id }],
            // OSCAL asks for a statement. The texts of most frameworks are licensed, so it leads to them.
            parts: [
              {
                id: statementId(framework, id),
                name: 'statement',
                prose: `${name}. Its text stands in the edition that the group names.`,
              },
            ],
          })),
      })),
      'back-matter': {
        resources: catalogues.map(({ framework, title, edition, source, published }) => ({
          uuid: identifiersOf(identity).of('catalogue', framework),
          title: `${title}, ${edition}`,
          description: published.says,
          props: [{ name: 'count', ns: NAMESPACE, value: String(published.count) }],
          rlinks: [{ href: source }],
        })),
      },
    },
  };
}

/** The selection that the system is evaluated by: the whole catalogue, kept as it is; resolved, it is the catalogue. */
export const profile = ({ identity }: Evidence): object => ({
  profile: {
    uuid: identifiersOf(identity).of('profile'),
    metadata: metadata(identity, 'selection of requirements'),
    imports: [{ href: DOCUMENTS.catalog, 'include-all': {} }],
    merge: { 'as-is': true },
  },
});
