import { stringify } from 'yaml';
import { ACCOUNT_RULES } from './config-rules';

/** What PutConformancePack takes inline, in bytes. https://docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html */
export const CONFORMANCE_PACK_LIMIT = 51_200;

const logicalId = (id: string): string =>
  id.replace(/(^|-)([a-z0-9])/g, (_match, _dash, letter: string) => letter.toUpperCase());

/** The account baseline as a conformance pack's template. */
export const conformancePackTemplate = (): string =>
  stringify({
    Resources: Object.fromEntries(
      ACCOUNT_RULES.map(({ id, identifier, claim, parameters }) => [
        logicalId(id),
        {
          Type: 'AWS::Config::ConfigRule',
          Properties: {
            ConfigRuleName: id,
            Description: claim,
            Source: { Owner: 'AWS', SourceIdentifier: identifier },
            ...(parameters === undefined ? {} : { InputParameters: parameters }),
          },
        },
      ]),
    ),
  });
