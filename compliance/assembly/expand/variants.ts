import type { Template } from '../model';
import { type Branch, branchesOf } from './branches';
import { ANOTHER_VALUE, type Assumptions, comparedWith, Conditions, conditionsOf } from './conditions';
import { type Declaration, declarationsOf, isLookedUp, valueOf } from './parameters';
import type { Known } from './resolve-intrinsics';

/** What whoever deploys says of a template before it is deployed. */
export interface Given {
  /** Values of parameters; undefined where one is given, but only AWS knows it. */
  readonly parameters: ReadonlyMap<string, string | undefined>;
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/** One way in which a template can be deployed. */
export interface Variant {
  /** What it assumes other than the first: `Environment=prod`; empty for the first. */
  readonly assumes: string;
  readonly known: Known;
}

export interface Variants {
  /** Together they reach every branch that can be reached; the first is what the defaults say. */
  readonly variants: readonly Variant[];
  /** Branches that none of them reaches, though they might be. */
  readonly unreached: readonly Branch[];
}

/** Templates with more ways than this have branches that are told as not evaluated. */
const MOST_VARIANTS = 8;
/** Combinations of values that are tried for one branch. */
const MOST_COMBINATIONS = 1024;
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_ACCOUNT = '123456789012';

/** Both sides of every condition, in as few variants as are needed. */
export function variantsOf(template: Template, mappings: Known['mappings'], given: Given): Variants {
  const space = new Space(template, mappings, given);
  const first = space.first();
  const chosen: Assumptions[] = [first];
  let open = branchesOf(template).filter((branch) => !space.reaches(branch, first));
  const unreached: Branch[] = [];
  while (open.length > 0) {
    const [branch] = open;
    if (branch === undefined) break;
    const { best, isWhole } = space.bestFor(branch, open);
    if (best === undefined || chosen.length === MOST_VARIANTS) {
      // A branch that no combination reaches is never deployed.
      if (best !== undefined || !isWhole) unreached.push(branch);
      open = open.slice(1);
      continue;
    }
    chosen.push(best);
    open = open.filter((each) => !space.reaches(each, best));
  }
  return {
    variants: chosen.map((assumptions) => ({
      assumes: differences(first, assumptions),
      known: space.known(assumptions),
    })),
    unreached,
  };
}

const differences = (first: Assumptions, other: Assumptions): string =>
  [...other]
    .flatMap(([name, value]) => (first.get(name) === value ? [] : [`${name}=${String(value)}`]))
    .join(', ');

/** Every combination of values that a template's conditions can meet. */
class Space {
  private readonly declarations: Map<string, Declaration>;
  private readonly conditions: Conditions;
  private readonly declared: Readonly<Record<string, unknown>>;

  constructor(
    template: Template,
    private readonly mappings: Known['mappings'],
    private readonly given: Given,
  ) {
    this.declarations = declarationsOf(template);
    this.declared = conditionsOf(template);
    this.conditions = new Conditions(this.declared, (assumptions) => this.knownIn(assumptions));
  }

  /** The defaults; where there is none, the first value that is possible. */
  first(): Assumptions {
    const names = new Set<string>();
    for (const condition of Object.keys(this.declared))
      for (const name of this.conditions.dependencies(condition, new Map())) names.add(name);
    return new Map(
      [...names].flatMap((name): [string, string | boolean][] => {
        const [value] = this.possible(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  reaches(branch: Branch, assumptions: Assumptions): boolean {
    return branch.every(([condition, holds]) => this.conditions.holds(condition, assumptions) === holds);
  }

  known(assumptions: Assumptions): Known {
    return {
      ...this.knownIn(assumptions),
      holds: (condition) => this.conditions.holds(condition, assumptions),
    };
  }

  /** The combination that reaches a branch and the most of the others; `isWhole` when all combinations were tried. */
  bestFor(
    branch: Branch,
    others: readonly Branch[],
  ): { readonly best: Assumptions | undefined; readonly isWhole: boolean } {
    const first = this.first();
    const names = [
      ...new Set(branch.flatMap(([condition]) => [...this.conditions.dependencies(condition, first)])),
    ];
    let best: { readonly assumptions: Assumptions; readonly reached: number } | undefined;
    let tried = 0;
    for (const assumptions of this.combinations(names, first)) {
      tried += 1;
      if (tried > MOST_COMBINATIONS) break;
      if (!this.reaches(branch, assumptions)) continue;
      const reached = others.filter((each) => this.reaches(each, assumptions)).length;
      if (best === undefined || reached > best.reached) best = { assumptions, reached };
    }
    return { best: best?.assumptions, isWhole: tried <= MOST_COMBINATIONS };
  }

  private *combinations(names: readonly string[], from: Assumptions): Generator<Assumptions> {
    const [name, ...rest] = names;
    if (name === undefined) {
      yield from;
      return;
    }
    const values = this.possible(name);
    if (values.length === 0) yield* this.combinations(rest, from);
    for (const value of values) yield* this.combinations(rest, new Map([...from, [name, value]]));
  }

  /** The values of a name of the conditions that make a difference; the likeliest first. */
  private possible(name: string): (string | boolean)[] {
    if (name.startsWith('Fn::Equals ')) return [true, false];
    const pseudo = this.pseudo().get(name);
    if (pseudo !== undefined) {
      const isFixed =
        name === 'AWS::Partition' || (name === 'AWS::Region' && this.given.region !== undefined);
      return isFixed ? [pseudo] : unique([pseudo, ...comparedWith(this.declared, name)]);
    }
    const declaration = this.declarations.get(name);
    if (declaration === undefined) return [];
    const given = this.given.parameters.get(name);
    if (given !== undefined) return [given];
    const allowed = declaration.AllowedValues?.map(String);
    const isOpen = this.given.parameters.has(name) || isLookedUp(declaration);
    const standard = isOpen || declaration.Default === undefined ? [] : [String(declaration.Default)];
    return unique([...standard, ...(allowed ?? [...comparedWith(this.declared, name), ANOTHER_VALUE])]);
  }

  private pseudo(): ReadonlyMap<string, string> {
    const { region = DEFAULT_REGION, account = DEFAULT_ACCOUNT } = this.given;
    return new Map([
      ['AWS::Region', region],
      ['AWS::AccountId', account],
      ['AWS::Partition', 'aws'],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]);
  }

  private knownIn(assumptions: Assumptions): Known {
    const parameters = new Map<string, unknown>();
    for (const [name, declaration] of this.declarations) {
      const assumed = assumptions.get(name);
      const value = this.valueOf(name, declaration, typeof assumed === 'string' ? assumed : undefined);
      if (value !== undefined) parameters.set(name, valueOf(declaration, value));
    }
    const pseudo = new Map(
      [...this.pseudo()].map(([name, value]) => [name, String(assumptions.get(name) ?? value)] as const),
    );
    return { parameters, mappings: this.mappings, pseudo, holds: () => undefined };
  }

  private valueOf(
    name: string,
    declaration: Declaration,
    assumed: string | undefined,
  ): string | number | boolean | undefined {
    if (assumed === ANOTHER_VALUE || isLookedUp(declaration)) return undefined;
    if (assumed !== undefined) return assumed;
    return this.given.parameters.has(name) ? this.given.parameters.get(name) : declaration.Default;
  }
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
