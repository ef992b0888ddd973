import type { Evidence } from '../../evidence';
import type { Identifiers } from '../identifiers';
import { FEDRAMP_ROLES } from './owner';
import { fedrampProp } from './properties';

/** Who works with the system: the roles that own its controls, and those that FedRAMP names. */
export function users({ narratives, systemOwner: owner }: Evidence, ids: Identifiers): object[] {
  const sensitivity =
    owner.positionSensitivity === undefined ? [] : [fedrampProp('sensitivity', owner.positionSensitivity)];
  const teams = [...new Set(narratives.map((narrative) => narrative.owner))].sort();
  return [
    ...teams.map((role) => ({
      uuid: ids.of('fedramp-user', role),
      title: role,
      props: [
        { name: 'type', value: 'internal' },
        { name: 'privilege-level', value: 'privileged' },
        ...sensitivity,
      ],
      'role-ids': [role],
      'authorized-privileges': [
        {
          title: 'Owns controls of this system',
          'functions-performed': narratives
            .filter((narrative) => narrative.owner === role)
            .map(({ id, title }) => `${id}: ${title}`),
        },
      ],
    })),
    {
      uuid: ids.of('fedramp-user', 'management'),
      title: 'Management',
      props: [
        { name: 'type', value: 'internal' },
        { name: 'privilege-level', value: 'no-logical-access' },
        ...sensitivity,
      ],
      'role-ids': Object.keys(FEDRAMP_ROLES),
      'authorized-privileges': [
        {
          title: 'Decides about the system',
          'functions-performed': ['Categorizes and authorizes the system'],
        },
      ],
      remarks:
        'The templates give these roles no access; what the organisation gives them is not known here.',
    },
  ];
}
