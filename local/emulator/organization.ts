import * as z from 'zod';
import { askService } from './ask-service';
import type { Emulator } from './emulator';

const answerSchema = z.object({ Organization: z.object({ Id: z.string() }) });

/** The organisation that the emulator puts its account in, as soon as somebody asks; it chooses the id. */
export async function organizationOf(
  emulator: Pick<Emulator, 'endpoint' | 'agent' | 'region'>,
): Promise<string> {
  const answer = await askService(
    emulator,
    'organizations',
    'AWSOrganizationsV20161128.DescribeOrganization',
    {},
  );
  return answerSchema.parse(answer).Organization.Id;
}
