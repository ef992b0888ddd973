import type { PythonTool } from '../../local/setup/python-tools';
import type { BareTemplate } from '../assembly/bare-templates';
import type { Synthesized } from '../synthesize';
import type { EngineName, EngineResult } from '../verdict-row';
import { judgeWithCdkNag } from './cdk-nag';
import { judgeWithGuard } from './cfn-guard';
import { judgeWithCfnLint } from './cfn-lint';
import { judgeWithCheckov } from './checkov';
import { judgeSecrets } from './checkov-secrets';
import { judgeWithCloudFormationValidate } from './cloudformation-validate';

export interface EngineInput extends Synthesized {
  readonly stage: string;
  /** Copies of the templates without suppressions. */
  readonly bareTemplates: readonly BareTemplate[];
  readonly scratch: string;
  /** Whether this project's sources are what was synthesized. */
  readonly sources: boolean;
  readonly projectRoot: string;
  /** A locked Python tool's environment; installed on first use. */
  readonly pythonTool: (name: PythonToolName) => Promise<PythonTool>;
}

export const PYTHON_TOOLS = ['checkov', 'cfn-lint'] as const;
export type PythonToolName = (typeof PYTHON_TOOLS)[number];

export interface Engine {
  readonly name: EngineName;
  /** Judges more than templates, so it cannot run on an assembly from elsewhere. */
  readonly needsSources: boolean;
  readonly judge: (input: EngineInput) => Promise<EngineResult>;
}

/** A turn of the event loop, so that the engines that are child processes have started before one blocks the thread. */
const afterTheOthersStarted = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All engines but the register's own judgement, the slowest first. */
export const ENGINES: readonly Engine[] = [
  {
    name: 'checkov',
    needsSources: false,
    judge: async ({ bareTemplates, scratch, pythonTool }) =>
      judgeWithCheckov((await pythonTool('checkov')).python, bareTemplates, scratch),
  },
  {
    name: 'checkov-secrets',
    needsSources: true,
    judge: async ({ projectRoot, scratch, pythonTool }) =>
      judgeSecrets((await pythonTool('checkov')).python, projectRoot, scratch),
  },
  {
    name: 'cfn-lint',
    needsSources: false,
    judge: async ({ bareTemplates, scratch, pythonTool }) =>
      judgeWithCfnLint((await pythonTool('cfn-lint')).script('cfn-lint'), bareTemplates, scratch),
  },
  {
    name: 'cloudformation-validate',
    needsSources: false,
    judge: ({ bareTemplates, scratch }) => judgeWithCloudFormationValidate(bareTemplates, scratch),
  },
  {
    name: 'cfn-guard',
    needsSources: false,
    judge: ({ bareTemplates }) => judgeWithGuard(bareTemplates),
  },
  {
    name: 'cdk-nag',
    needsSources: false,
    judge: async ({ root, resourceOf }) => {
      await afterTheOthersStarted();
      return judgeWithCdkNag(root, resourceOf);
    },
  },
];
