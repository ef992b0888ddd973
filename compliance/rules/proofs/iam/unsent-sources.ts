import { loadContracts } from '../../contracts/load';
import type { Statement } from './statement';
import { globMatches } from './wildcards';

/** What a service does not tell about whom it acts for, so that a policy cannot ask for it. */
export interface UnsentSource {
  /** `maybe`: no page says whether the keys come; `never`: they are known not to come. */
  readonly source: 'maybe' | 'never';
  /** What a stranger could do therefore, and where that is written. */
  readonly remains: string;
}

interface ServiceRequest extends UnsentSource {
  readonly service: string;
  readonly actions: readonly string[];
}

let known: readonly ServiceRequest[] | undefined;

/** What `policies/contracts` says of the services' own requests. */
const serviceRequests = (): readonly ServiceRequest[] =>
  (known ??= loadContracts().contracts.flatMap(({ id, requests, sources }) =>
    requests.flatMap(({ caller, actions, forOthers }): ServiceRequest[] => {
      if (!('service' in caller) || forOthers === undefined || forOthers === 'refused') return [];
      const service = caller.service.replaceAll(/\$\{[^}]*\}/g, '*');
      const where = `contract ${id}, ${sources[0]?.page ?? ''}`;
      return [
        typeof forOthers === 'string'
          ? {
              service,
              actions,
              source: 'maybe',
              remains: `a request that names no source is let in, since no page says that the service names one (${where})`,
            }
          : { service, actions, source: 'never', remains: `${forOthers.notTold} (${where})` },
      ];
    }),
  ));

/** Without a source the statement itself must name the one thing that it opens; a key's policy is about that key. */
const namesOneResource = ({ resources }: Statement, protects: string): boolean =>
  protects.startsWith('arn:aws:kms:') ||
  protects.startsWith('arn:aws:iam:') ||
  (resources?.items.length === 1 && !/[*?]/.test(resources.items[0] ?? '*'));

/**
 * What the service leaves untold in the requests that a statement is there for; undefined when it tells everything, or
 * the statement allows more than those requests.
 * @param protects ARN of what the policy protects.
 */
export const unsentSourceOf = (
  statement: Statement,
  service: string,
  protects: string,
): UnsentSource | undefined =>
  !statement.actions.not && namesOneResource(statement, protects)
    ? serviceRequests().find(
        (request) =>
          globMatches(request.service, service) &&
          statement.actions.items.every((action) => request.actions.includes(action)),
      )
    : undefined;
