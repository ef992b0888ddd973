import type { Repository } from '../support/fetched-repository';
import type { Case } from './case';
import { readCfnNag } from './read-cfn-nag';
import { readCheckov } from './read-checkov';
import { readTrivy } from './read-trivy';

/** Somebody else's tests. They are read where they are fetched to; nothing is copied. */
export interface Source extends Repository {
  readonly name: Case['corpus'];
  readonly read: (root: string) => readonly Case[];
}

export const SOURCES: readonly Source[] = [
  {
    name: 'checkov',
    address: 'https://github.com/bridgecrewio/checkov',
    commit: '03d5fdad8d6154b1565799a7b1fb8070c158866f',
    licence: 'Apache-2.0',
    folders: ['tests/cloudformation'],
    read: readCheckov,
  },
  {
    name: 'cfn_nag',
    address: 'https://github.com/stelligent/cfn_nag',
    commit: '8b5f03da74202ba323a145e9d037ddce6cab9dec',
    licence: 'MIT',
    folders: ['spec'],
    read: readCfnNag,
  },
  {
    name: 'trivy',
    address: 'https://github.com/aquasecurity/trivy-checks',
    commit: '80e5382269707262f35cf893bdc0805cb72217e9',
    licence: 'MIT',
    folders: ['checks/cloud/aws'],
    read: readTrivy,
  },
];
