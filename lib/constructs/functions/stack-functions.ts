import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionDefinition } from '../../../lambda/function-definition';
import { type FunctionId, type FunctionOf, functionsOf } from '../../../lambda/functions';
import type { FunctionNetwork, StageStackProps } from '../../stage-context';
import { ServerlessFunction } from './serverless-function';

export interface StackFunctionsProps<Stack extends FunctionDefinition['stack']> extends StageStackProps {
  /** Whose functions they are. */
  readonly stack: Stack;
  readonly network: FunctionNetwork;
  readonly failures: IQueue;
}

const constructId = (id: FunctionId): string => `${id.charAt(0).toUpperCase()}${id.slice(1)}`;

/** All functions that their definitions give to a stack. */
export class StackFunctions<Stack extends FunctionDefinition['stack']> extends Construct {
  readonly byId: Readonly<Record<FunctionOf<Stack>, ServerlessFunction>>;

  constructor(scope: Construct, id: string, { stack, ...props }: StackFunctionsProps<Stack>) {
    super(scope, id);
    this.byId = Object.fromEntries(
      functionsOf(stack).map((functionId) => [
        functionId,
        new ServerlessFunction(this, constructId(functionId), { ...props, functionId }),
      ]),
    ) as Record<FunctionOf<Stack>, ServerlessFunction>;
  }
}
