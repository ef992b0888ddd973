import type { CitedContract } from '../../verdict-row';
import type { Contracts } from './load';
import type { Contract, ContractRequest } from './schema';

const who = ({ caller }: ContractRequest): string => {
  if ('service' in caller) return caller.service;
  const via = caller.via === undefined ? 'itself' : `through ${caller.via}`;
  return 'deployment' in caller ? `CloudFormation's role ${via}` : `the role ${caller.role} ${via}`;
};

const keysOf = (request: ContractRequest): string => {
  const parts = [
    ...Object.keys(request.sends).map((key) => `with ${key}`),
    ...Object.keys(request.mayOrMayNotSend).map((key) => `perhaps with ${key}`),
    ...request.neverSends.map((key) => `without ${key}`),
  ];
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
};

const needOf = (request: ContractRequest): string =>
  `to ${request.for}, ${who(request)} needs ${request.actions.join(', ')} on ${request.on.join(', ')}${keysOf(request)}`;

/** How a source was read: `in an older copy (2023)`, `by quotation (ADDRESS)`. */
const formOf = (found: Contract['sources'][number]['found'], more: number | string | undefined): string =>
  more === undefined ? found : `${found} (${more})`;

const cite = ({ id, title, requests, sources, measure, measured }: Contract): CitedContract => ({
  id,
  title,
  needs: requests.map(needOf),
  open: requests.flatMap(({ forOthers }) => (typeof forOthers === 'object' ? [forOthers.notTold] : [])),
  sources: sources.map(({ page, read, found, copyOf, quotedIn, grade, says }) => ({
    page,
    grade,
    read: `${read}, ${formOf(found, copyOf ?? quotedIn)}`,
    says,
  })),
  ...(measure === undefined ? {} : { measure }),
  ...(measured.length === 0
    ? {}
    : {
        measured: measured.map(
          ({ on, stage, result, seen, event }) =>
            `${result} on ${on} in ${stage}: ${seen}${event === undefined ? '' : ` (event ${event})`}`,
        ),
      }),
});

/** The contracts that occurred, for the report: what AWS needs, where it is written, and what is still to be measured. */
export const citedContracts = ({ contracts }: Contracts, used: ReadonlySet<string>): CitedContract[] =>
  contracts.filter(({ id }) => used.has(id)).map(cite);

/** The same, a line each, by which two packs are compared. */
export const contractLines = (cited: readonly CitedContract[]): string[] =>
  cited.flatMap(({ id, title, needs, sources }) => [
    `${id}: ${title}`,
    ...needs.map((need) => `${id}: ${need}`),
    ...sources.map(({ page, grade, read }) => `${id}: ${grade}, read ${read}: ${page}`),
  ]);
