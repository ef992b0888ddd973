import { regionalApplicationIds } from '../applications';
import type { Assembly } from '../assembly/assembly';
import { loadContracts } from '../rules/contracts/load';
import { embeddedEventMatcher } from '../engines/event-matcher';
import { loadPinnedRules } from '../pinned-rules';
import { byApplication, templatesOf } from '../rules/proofs/prove';
import { attackMutants } from './attack-mutants';
import {
  type Catcher,
  contractCatcher,
  RELEASE_CATCHER,
  REVIEW_CATCHER,
  RULE_CATCHERS,
  signalCatcher,
} from './catchers';
import { type ConfigurationMutant, configurationMutants } from './configuration-mutants';
import { commandMutants, contractMutants, forgottenContracts } from './contract-mutants';
import { deployerMutants } from './deployer-mutants';
import { exposureMutants } from './exposure-mutants';
import { frozen, type Mutant, type RawStack } from './mutant';
import { networkMutants } from './network-mutants';
import { policyMutants } from './policy-mutants';
import { propertyMutants } from './property-mutants';
import { refusalMutants } from './refusal-mutants';
import { releaseMutants } from './release-mutants';
import { signalMutants } from './signal-mutants';
import { reopens } from './takeovers';

/** Mistakes of one kind of place, and who is asked about each until somebody notices. */
export interface MutantGroup {
  readonly id: string;
  readonly stacks: readonly RawStack[];
  /** All stacks of the release: what evaluators of the whole get in their place. */
  readonly release: readonly RawStack[];
  readonly mutants: readonly Mutant[];
  /** Each run by the very code that has to notice it. */
  readonly configuration: readonly ConfigurationMutant[];
  /**
   * Evaluators in the order in which they are asked, the cheap ones first; where mistakes are of one proof's field, that proof,
   * because every other would look at everything to say nothing. Who notices is found by asking, whatever the order:
   * `--matrix` asks everybody.
   */
  readonly catchers: readonly Catcher[];
  /**
   * Where the scanners are asked too: after the quick one the evaluators of the whole, and the review, which notices any
   * change at all.
   */
  readonly afterQuickScanner: readonly Catcher[] | undefined;
}

/** Which mistakes are made, and how many evaluators are asked about each. */
export interface SelfTestOptions {
  readonly stage: string;
  /** Text that the name of a mistake holds; empty for all. */
  readonly only: string;
  /** Only the mistakes by which somebody came to own the system (takeovers.ts). */
  readonly reopened: boolean;
  /** Everybody is asked about one mistake of each kind. */
  readonly matrix: boolean;
}

type Named = { readonly name: string; readonly kind: string };

/** @returns which mistakes are made: those asked for, and where one of a kind is enough the first. */
export function wantedOf(
  { only, reopened, matrix }: SelfTestOptions,
  oneOfAKind = matrix,
): (mistake: Named) => boolean {
  const kinds = new Set<string>();
  return ({ name, kind }) => {
    if (!name.includes(only) || (reopened && !reopens(name)) || (oneOfAKind && kinds.has(kind))) return false;
    kinds.add(kind);
    return true;
  };
}

/**
 * All groups of a stage; of the same assembly always the same, in the same order.
 * @param python - of the environment `ministack`.
 */
export function mutantGroupsOf(
  assembly: Assembly,
  options: SelfTestOptions,
  python: string,
  scratch: string,
): MutantGroup[] {
  const together = frozen(templatesOf(assembly) as RawStack[]);
  const { stage } = options;
  const contracts = loadContracts();
  const [contract, signal] = [
    contractCatcher(stage, contracts),
    signalCatcher(embeddedEventMatcher(python, scratch)),
  ];
  const applications = byApplication(together).map(({ id, templates }): MutantGroup => {
    const isPrimary = id === regionalApplicationIds(stage)[0];
    const own = templates.filter(({ context }) => context !== true);
    // The mistakes of the primary region, made anew in each other application: one of a kind shows that it is evaluated too.
    const wanted = wantedOf(options, options.matrix || !isPrimary);
    const mutants = [
      ...propertyMutants(own),
      ...networkMutants(own),
      ...policyMutants(own),
      ...refusalMutants(own),
    ];
    const configuration = isPrimary
      ? [...configurationMutants(stage, assembly, loadPinnedRules()), ...deployerMutants(templates)]
      : [];
    return {
      id,
      stacks: templates,
      release: together,
      mutants: mutants.filter(wanted),
      configuration: configuration.filter(wanted),
      catchers: RULE_CATCHERS,
      afterQuickScanner: [signal, RELEASE_CATCHER, contract, REVIEW_CATCHER],
    };
  });
  const whole = (id: string, mutants: readonly Mutant[], catchers: readonly Catcher[]): MutantGroup => ({
    id,
    stacks: together,
    release: together,
    mutants: mutants.filter(wantedOf(options, false)),
    configuration: [],
    catchers,
    afterQuickScanner: undefined,
  });
  return [
    ...applications,
    whole('release', releaseMutants(together), [RELEASE_CATCHER, contract, signal]),
    whole('signals', signalMutants(together), [signal, RELEASE_CATCHER, contract]),
    {
      ...whole('edges', contractMutants(together), [contract, RELEASE_CATCHER, signal]),
      configuration: [forgottenContracts, commandMutants, attackMutants, exposureMutants]
        .flatMap((mistakes) => mistakes(together, stage, contracts))
        .filter(wantedOf(options, false)),
    },
  ];
}
