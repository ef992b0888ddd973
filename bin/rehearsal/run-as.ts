import { takeRole } from '../../local/client/take-role';
import type { EmbeddedAws } from '../../local/embedded-aws';
import { clientSettings } from '../../local/emulator/clients';
import { operationsContext, type OperationsContext } from '../operations/context';

/** What an operator's tool works with in the embedded AWS, in a session of a role with that role's own policies. */
export async function contextAs(
  aws: EmbeddedAws,
  purpose: string,
  print: (line: string) => void,
): Promise<OperationsContext> {
  const { endpoint, requestHandler } = clientSettings(aws.emulator);
  return {
    ...operationsContext(aws.config.stage, false, {
      endpoint,
      requestHandler,
      forcePathStyle: true,
      credentials: await takeRole({ aws }, purpose),
    }),
    print,
  };
}
