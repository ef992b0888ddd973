import { PRIMARY_CHECKS, REGION_CHECKS } from './checks';
import { RECOVERY_CHECKS } from './recovery';

/** The policy that suffices for every check: reads only. The calls know no resource, or are asked of names not yet there. */
export const preflightPolicy = () => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Preflight',
      Effect: 'Allow',
      Action: [
        ...new Set(
          [...PRIMARY_CHECKS, ...REGION_CHECKS, ...RECOVERY_CHECKS].flatMap(({ permissions }) => permissions),
        ),
      ].sort(),
      Resource: '*',
    },
  ],
});
