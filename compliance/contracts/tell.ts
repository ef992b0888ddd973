import type { Contracts } from './load';
import type { Contract, ContractRequest } from './schema';

const who = ({ caller }: ContractRequest): string => {
  if ('service' in caller) return caller.service;
  const via = caller.via === undefined ? 'itself' : `through ${caller.via}`;
  return 'deployment' in caller ? `CloudFormation's role ${via}` : `the role ${caller.role} ${via}`;
};

const keysOf = (request: ContractRequest): string => {
  const said = [
    ...Object.keys(request.sends).map((key) => `with ${key}`),
    ...Object.keys(request.mayOrMayNotSend).map((key) => `perhaps with ${key}`),
    ...request.neverSends.map((key) => `without ${key}`),
  ];
  return said.length === 0 ? '' : `, ${said.join(', ')}`;
};

const requestLine = (request: ContractRequest): string =>
  `to ${request.for}, ${who(request)} needs ${request.actions.join(', ')} on ${request.on.join(', ')}${keysOf(request)}`;

const linesOf = ({ id, title, requests, sources }: Contract): string[] => [
  `${id}: ${title}`,
  ...requests.map((request) => `  ${requestLine(request)}`),
  ...requests.flatMap(({ forOthers }) =>
    typeof forOthers === 'object' ? [`  not told apart from another account's: ${forOthers.notTold}`] : [],
  ),
  ...sources.map(
    ({ page, read, copyOf, grade, says }) =>
      `  ${grade}, read ${read}${copyOf === undefined ? '' : ` in a copy of ${copyOf}`}: ${says} ${page}`,
  ),
];

/** The contracts that occurred, for the report: what AWS needs, where it is written, and what is still to be measured. */
export function tellContracts(
  { contracts }: Contracts,
  used: ReadonlySet<string>,
): { lines: string[]; measures: string[] } {
  const told = contracts.filter(({ id }) => used.has(id));
  return {
    lines: told.flatMap(linesOf),
    measures: told.flatMap(({ id, measure }) =>
      measure === undefined ? [] : [`To be measured by the first deployment (${id}): ${measure}`],
    ),
  };
}
