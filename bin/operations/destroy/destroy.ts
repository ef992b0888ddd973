import { paginateDescribeStacks, type Stack } from '@aws-sdk/client-cloudformation';
import type { DestroyContext } from './context';
import { deleteStack } from './delete-stack';

/** Only a sandbox can be destroyed by a command; staging and prod hold what people rely on. */
export class DestroyRefusedError extends Error {
  override readonly name = 'DestroyRefusedError';
}

async function stacksOf({ cloudFormation, prefix }: DestroyContext): Promise<Stack[]> {
  const stacks: Stack[] = [];
  for await (const page of paginateDescribeStacks({ client: cloudFormation }, {}))
    stacks.push(
      ...(page.Stacks ?? []).filter(
        ({ StackName = '', StackStatus }) =>
          StackName.startsWith(`${prefix}-`) && StackStatus !== 'DELETE_COMPLETE',
      ),
    );
  // Made last, deleted first: a stack is younger than those that it stands on.
  return stacks.sort((a, b) => (b.CreationTime?.getTime() ?? 0) - (a.CreationTime?.getTime() ?? 0));
}

/**
 * Empties what a sandbox's stacks hold in one region and deletes them, youngest first. What is left are keys in their
 * deletion window; an interrupted run goes on where it stopped.
 * @returns the number of stacks deleted, or, unconfirmed, that would be
 * @throws DestroyRefusedError for any stage but dev; StackDeletionError
 */
export async function destroy(context: DestroyContext): Promise<number> {
  const { stage, confirmed, print } = context;
  if (stage !== 'dev')
    throw new DestroyRefusedError(
      `${stage} is not destroyed by a command: two people follow policies/runbooks/recovery.md, "Destroy production".`,
    );
  const stacks = await stacksOf(context);
  for (const [index, stack] of stacks.entries()) {
    const step = `${index + 1}/${stacks.length} ${stack.StackName ?? ''}`;
    if (!confirmed) {
      print(`${step}: would be deleted`);
      continue;
    }
    const begin = Date.now();
    await deleteStack({ ...context, print: (line) => print(`${step}: ${line}`) }, stack);
    print(`${step}: deleted in ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  }
  return stacks.length;
}
