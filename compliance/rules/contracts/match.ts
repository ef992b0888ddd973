import { type Edge, edgesOf, propertiesOf } from './edges';
import { looksLikeName } from './names';
import type { Resource } from '../proofs/model/resource';
import type { Contracts } from './load';
import type { ResourceIndex } from './resource-index';
import type { Contract } from './schema';

/** An edge with the contract that holds there. */
export interface ContractedEdge {
  readonly edge: Edge;
  readonly contract: Contract;
}

/** What was found at one resource. */
export interface ResourceEdges {
  readonly contracted: readonly ContractedEdge[];
  /** What no contract and no reference speaks of, in words. */
  readonly unknown: readonly string[];
}

const keyOf = (from: string, at: string, to: string): string => `${from} ${at} ${to}`;

/** Finds the contracts of edges. */
export class Matcher {
  private readonly places = new Map<string, Contract[]>();
  private readonly switches = new Map<string, Contract[]>();
  private readonly paths = new Set<string>();
  private readonly references = new Set<string>();
  private readonly types = new Set<string>();
  private readonly plainNames = new Map<string, RegExp>();

  constructor({ contracts, references, quietTypes, plainNames }: Contracts) {
    for (const contract of contracts) {
      for (const edge of contract.edges) {
        const isSwitch = 'is' in edge;
        const key = keyOf(edge.from, edge.at, isSwitch ? edge.is : edge.to);
        const map = isSwitch ? this.switches : this.places;
        map.set(key, [...(map.get(key) ?? []), contract]);
        if (!isSwitch) this.paths.add(`${edge.from} ${edge.at}`);
        this.types.add(edge.from);
      }
    }
    for (const { from, at, to } of references)
      for (const path of at) this.references.add(keyOf(from, path, to));
    for (const { of, like } of plainNames)
      for (const [type, paths] of Object.entries(of))
        for (const at of paths) this.plainNames.set(`${type} ${at}`, new RegExp(like ?? ''));
    for (const { types } of quietTypes) for (const type of types) this.types.add(type);
  }

  /** @throws ModelError when a property cannot be resolved. */
  at(resource: Resource, index: ResourceIndex): ResourceEdges {
    const edges = edgesOf(resource, index);
    const leaves = propertiesOf(resource);
    const placed = edges.flatMap((edge) => this.contractsAt(edge).map((contract) => ({ edge, contract })));
    const switched = leaves.flatMap(({ at, value }) =>
      (this.switches.get(keyOf(resource.type, at, value)) ?? []).map((contract) => ({
        edge: { source: resource, at, to: value, target: undefined, value },
        contract,
      })),
    );
    const nowhere = leaves.filter(
      ({ at, value }) =>
        this.paths.has(`${resource.type} ${at}`) &&
        !index.isOwn(resource, value) &&
        !edges.some((edge) => edge.at === at && value.includes(edge.value)),
    );
    const unread = leaves.filter(
      (leaf) =>
        looksLikeName(leaf) &&
        !index.isOwn(resource, leaf.value) &&
        !this.paths.has(`${resource.type} ${leaf.at}`) &&
        !(this.plainNames.get(`${resource.type} ${leaf.at}`)?.test(leaf.value) ?? false) &&
        !edges.some((edge) => edge.at === leaf.at && leaf.value.includes(edge.value)),
    );
    return {
      contracted: [...placed, ...switched],
      unknown: [
        ...(this.types.has(resource.type)
          ? []
          : [`nobody has said whether AWS asks anybody for anything at a ${resource.type}`]),
        ...edges.filter((edge) => !this.isKnown(edge)).map(describe),
        ...nowhere.map(({ at, value }) => `${at} names ${value}, which is in no template`),
        ...(this.types.has(resource.type) ? unread : []).map(
          ({ at, value }) =>
            `${at} is ${value}, which looks like a name and is of nothing in the templates: no contract and no reason in plain-names.yaml speaks of it ({ from: ${resource.type}, at: '${at}' })`,
        ),
      ],
    };
  }

  private contractsAt({ source, at, to }: Edge): readonly Contract[] {
    return [keyOf(source.type, at, to), keyOf(source.type, at, '*')].flatMap(
      (key) => this.places.get(key) ?? [],
    );
  }

  private isKnown(edge: Edge): boolean {
    const { source, at, to } = edge;
    return (
      this.contractsAt(edge).length > 0 ||
      this.references.has(keyOf(source.type, at, to)) ||
      this.references.has(keyOf(source.type, at, '*'))
    );
  }
}

const describe = ({ source, at, to, value }: Edge): string =>
  `${at} names ${value}: an edge from ${source.type} to ${to} that no contract knows ({ from: ${source.type}, at: '${at}', to: ${to} })`;
