import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../../../gate-error';

const level = z.enum(['low', 'moderate', 'high']);
const assurance = z.enum(['1', '2', '3']);

/** Roles that FedRAMP asks for, each with the person or team that only the organisation can name. */
export const FEDRAMP_ROLES = {
  'system-owner': 'System owner',
  'authorizing-official': 'Authorizing official',
  'authorizing-official-poc': 'Point of contact of the authorizing official',
  'system-poc-management': 'Point of contact for management',
  'system-poc-technical': 'Point of contact for technical matters',
  'system-poc-other': 'Other point of contact',
  'information-system-security-officer': 'Information system security officer',
} as const;
type FedrampRole = keyof typeof FEDRAMP_ROLES;

/**
 * What a FedRAMP plan asks and no template can tell. Each part may be missing: the plan then lacks it, and says so; nothing
 * is put in its place.
 */
const systemOwnerSchema = z.strictObject({
  /** FIPS 199, for each security objective. */
  categorization: z
    .strictObject({ confidentiality: level, integrity: level, availability: level })
    .optional(),
  /** By its id in NIST SP 800-60 volume 2, revision 1: `C.3.5.8`. */
  informationTypes: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[CD]\.\d+\.\d+(\.\d+)?$/),
        title: z.string(),
        description: z.string(),
        confidentiality: level,
        integrity: level,
        availability: level,
      }),
    )
    .min(1)
    .optional(),
  authorizationType: z.enum(['fedramp-jab', 'fedramp-agency', 'fedramp-li-saas']).optional(),
  /** As the FedRAMP marketplace has it. */
  systemId: z.string().optional(),
  /** NIST SP 800-63. */
  assuranceLevels: z
    .strictObject({ identity: assurance, authenticator: assurance, federation: assurance })
    .optional(),
  people: z
    .partialRecord(z.enum(Object.keys(FEDRAMP_ROLES) as [FedrampRole, ...FedrampRole[]]), z.string())
    .optional(),
  /** Sensitivity of the position of those who work on the system. */
  positionSensitivity: z.enum(['high-risk', 'severe', 'moderate', 'limited', 'not-applicable']).optional(),
  /** The provider's authorization that this system builds on. */
  leveraged: z
    .strictObject({ title: z.string(), id: z.string(), provider: z.string(), authorized: z.iso.date() })
    .optional(),
  /** By when what is partly implemented is to be whole. */
  completeBy: z.iso.date().optional(),
});
export type SystemOwner = z.infer<typeof systemOwnerSchema>;

/** Where a system owner writes it; this repository has none, because nobody owns a deployed system here. */
export const OWNER_FILE = path.join('policies', 'system-owner.yaml');

/**
 * @param root - of the project.
 * @throws GateError DATA_INVALID when the file says what the schema does not know.
 */
export function loadSystemOwner(root: string, file: string = OWNER_FILE): SystemOwner {
  const place = path.join(root, file);
  if (!existsSync(place)) return {};
  try {
    return systemOwnerSchema.parse(parse(readFileSync(place, 'utf8')));
  } catch (error) {
    throw new GateError('DATA_INVALID', `${file} cannot be read: ${messageOf(error)}`);
  }
}
