import type { Stage } from 'aws-cdk-lib';
import type { DeliveryConfig } from '../../config/delivery';
import { PIPELINE_STAGES, type PipelineStage, type StageConfig } from '../../config/schema';

/** A folder of the assembly that a release is deployed from. */
export interface AssemblyFolder {
  /** Its name; empty for the assembly itself. */
  readonly name: string;
  /** The stage whose pack holds the evaluation of its stacks. */
  readonly pack: PipelineStage;
  /** What its stacks may be deployed to. */
  readonly environments: readonly { readonly account: string; readonly region: string }[];
  /** Whether its stacks are protected from deletion. */
  readonly protected: boolean;
}

interface ReleaseProps {
  readonly config: DeliveryConfig;
  readonly stages: Readonly<Record<PipelineStage, StageConfig>>;
  readonly released: Readonly<Record<PipelineStage | 'recovery', Stage>>;
}

/** What a release's assembly consists of: the pipeline's own stacks, those of each stage, and the application of prod's second region. */
export const assemblyFolders = ({ config, stages, released }: ReleaseProps): readonly AssemblyFolder[] => {
  const environments = (account: string, ...regions: readonly string[]) =>
    regions.map((region) => ({ account, region }));
  const { prod } = stages;
  return [
    {
      name: '',
      pack: 'prod',
      environments: environments(config.account, config.region, prod.drRegion),
      protected: true,
    },
    ...PIPELINE_STAGES.map((stage) => ({
      name: released[stage].artifactId,
      pack: stage,
      environments: environments(stages[stage].account, stages[stage].region, stages[stage].drRegion),
      protected: stages[stage].features.terminationProtection,
    })),
    {
      name: released.recovery.artifactId,
      pack: 'prod' as const,
      environments: environments(prod.account, prod.drRegion),
      protected: prod.features.terminationProtection,
    },
  ];
};
