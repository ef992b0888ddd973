import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DOCUMENTS } from '../../compliance/report/oscal/identifiers';
import type { Evaluated } from './metaschema';

type Node = Record<string, unknown>;
const at = (node: unknown, ...keys: (string | number)[]): Node =>
  keys.reduce<unknown>((inner, key) => (inner as Node)[key], node) as Node;

const NOBODY = '11111111-1111-4111-8111-111111111111';

/** Faults that a schema does not see, of each kind of constraint that OSCAL has, and where each must be refused. */
const FAULTS: readonly {
  readonly document: string;
  readonly place: string;
  readonly plant: (document: unknown) => void;
}[] = [
  {
    document: DOCUMENTS.componentDefinition,
    place: '/component-definition/component/prop/@name',
    plant: (document) =>
      void (at(document, 'component-definition', 'components', 0)['props'] = [
        { name: 'no-name-of-oscal', value: 'x' },
      ]),
  },
  {
    document: DOCUMENTS.assessmentResults,
    place: '/assessment-results/back-matter/resource/rlink/hash',
    plant: (document) =>
      void (at(document, ...['assessment-results', 'back-matter', 'resources', 0, 'rlinks', 0, 'hashes', 0])[
        'value'
      ] = 'abc'),
  },
  {
    document: DOCUMENTS.systemSecurityPlan,
    place: '/system-security-plan/metadata/responsible-party/party-uuid',
    plant: (document) =>
      void (at(document, 'system-security-plan', 'metadata', 'responsible-parties', 0)['party-uuids'] = [
        NOBODY,
      ]),
  },
  {
    document: DOCUMENTS.systemSecurityPlan,
    place: '/system-security-plan/system-characteristics/status/@state',
    plant: (document) =>
      void (at(document, 'system-security-plan', 'system-characteristics', 'status')['state'] = 'flying'),
  },
  {
    document: DOCUMENTS.catalog,
    place: '/catalog/group/control',
    plant: (document) => {
      const controls = at(document, 'catalog', 'groups', 0, 'controls');
      at(controls, 1)['id'] = at(controls, 0)['id'];
    },
  },
];

const nameOf = (index: number, document: string): string => `planted-${index}-${document}`;

/** Copies of a pack's documents, each with one fault. @returns their files */
export function writeFaults(oscal: string, directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return FAULTS.map(({ document, plant }, index) => {
    const copy: unknown = JSON.parse(readFileSync(path.join(oscal, document), 'utf8'));
    plant(copy);
    const file = path.join(directory, nameOf(index, document));
    writeFileSync(file, JSON.stringify(copy));
    return file;
  });
}

/** Tells the planted faults apart from what was said of the pack: who refuses nothing sees nothing. */
export function tellFaults({ documents, refusals }: Evaluated): {
  readonly pack: Evaluated;
  /** Planted faults that nothing refused. */
  readonly unseen: string[];
} {
  const isPlanted = (document: string): boolean => document.startsWith('planted-');
  return {
    pack: {
      documents: documents.filter((document) => !isPlanted(document)),
      refusals: refusals.filter(({ document }) => !isPlanted(document)),
    },
    unseen: FAULTS.flatMap(({ document, place }, index) =>
      refusals.some((one) => one.document === nameOf(index, document) && one.place === place)
        ? []
        : [`A fault planted in ${document} was not refused at ${place}.`],
    ),
  };
}
