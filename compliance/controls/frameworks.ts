import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { GateError, messageOf } from '../gate-error';

export const FRAMEWORKS = ['SOC2', 'HIPAA', 'GDPR', 'NIST-800-53-R5', 'PCI-DSS-4.0'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** One requirement of a framework, as the framework numbers it. */
export interface Requirement {
  readonly framework: Framework;
  /** `CC6.1`, `164.312(a)(1)`, `Article 32`, `AC-2(1)`, `3.5.1` */
  readonly id: string;
  readonly title: string;
}

const prowlerSchema = z.looseObject({
  Requirements: z.array(
    z.looseObject({
      Id: z.string(),
      Name: z.string(),
      Description: z.string(),
      Attributes: z.array(z.looseObject({ Section: z.string().optional() })),
    }),
  ),
});
type ProwlerRequirement = z.infer<typeof prowlerSchema>['Requirements'][number];

/** prowler's file of each framework, and how its records become requirements. */
const SOURCES: Readonly<
  Record<Framework, { file: string; read: (record: ProwlerRequirement) => [string, string] }>
> = {
  SOC2: { file: 'soc2_aws.json', read: ({ Name }) => splitName(Name) },
  HIPAA: { file: 'hipaa_aws.json', read: ({ Name }) => splitName(Name) },
  GDPR: { file: 'gdpr_aws.json', read: ({ Name }) => splitName(Name, /^(Article \d+)\s+(.*)$/s) },
  'NIST-800-53-R5': {
    file: 'nist_800_53_revision_5_aws.json',
    // Some names carry the id, some only the title; the record's own id (`ac_2_3_a`) always has it.
    read: ({ Id, Name, Description }) => {
      const [family = '', number = '', ...parts] = Id.split('_');
      const title = Name.replace(/\(?[A-Z]{2}-\d+\S*/, '').trim();
      const enhancements = parts.map((part) => `(${part})`).join('');
      return [`${family.toUpperCase()}-${number}${enhancements}`, title || firstSentence(Description)];
    },
  },
  'PCI-DSS-4.0': {
    file: 'pci_4.0_aws.json',
    // One record a check there; the requirement stands in the section.
    read: ({ Attributes }) => splitName(Attributes[0]?.Section ?? '', /^([\w.]+?):\s*(.*)$/s),
  },
};

/** The first sentence; a letter that numbers a list (`c. …`) is none. */
const firstSentence = (text: string): string => /^.{8,}?[.;](?=\s|$)/s.exec(text)?.[0] ?? text;

function splitName(name: string, pattern = /^(\S+)\s*(.*)$/s): [string, string] {
  const [, id = '', title = ''] = pattern.exec(name.trim()) ?? [];
  return [id, title.trim()];
}

const SUPPLEMENT = path.resolve(__dirname, 'gdpr-articles.yaml');
const supplementSchema = z.strictObject({
  source: z.url(),
  articles: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});

/**
 * The requirements of all frameworks: from the data of the installed prowler, so that ids and titles are nobody's
 * retyping; GDPR articles that prowler leaves out come from `gdpr-articles.yaml`.
 * @param environment - directory of prowler's virtual environment.
 * @throws GateError DATA_INVALID
 */
export function loadFrameworks(environment: string): Requirement[] {
  const directory = complianceDirectory(environment);
  const requirements = FRAMEWORKS.flatMap((framework) => {
    const { file, read } = SOURCES[framework];
    try {
      const { Requirements } = prowlerSchema.parse(
        JSON.parse(readFileSync(path.join(directory, file), 'utf8')),
      );
      return Requirements.map((record): Requirement => {
        const [id, title] = read(record);
        return { framework, id, title: title.replace(/\s+/g, ' ') };
      });
    } catch (error) {
      throw new GateError('DATA_INVALID', `${file} of prowler cannot be read: ${messageOf(error)}`);
    }
  });
  const supplement = supplementSchema.parse(parse(readFileSync(SUPPLEMENT, 'utf8'))).articles;
  const all = [
    ...requirements,
    ...supplement.map((article): Requirement => ({ framework: 'GDPR', ...article })),
  ];
  const unique = new Map<string, Requirement>();
  for (const requirement of all) {
    if (requirement.id === '') continue;
    const key = requirementKey(requirement.framework, requirement.id);
    if (!unique.has(key)) unique.set(key, requirement);
  }
  return [...unique.values()];
}

function complianceDirectory(environment: string): string {
  const libraries = path.join(environment, 'lib');
  const python = existsSync(libraries)
    ? readdirSync(libraries).find((name) => name.startsWith('python3'))
    : undefined;
  const directory = path.join(libraries, python ?? '', 'site-packages/prowler/compliance/aws');
  if (!existsSync(directory)) {
    throw new GateError(
      'DATA_INVALID',
      `The frameworks' data is not in ${environment}. Delete that directory and run again.`,
    );
  }
  return directory;
}

/** Tools spell the same requirement differently (`AC-2(1)`, `ac_2_1`, `AU-9a`); this is what they have in common. */
export const requirementKey = (framework: string, id: string): string =>
  `${framework}:${id
    .toLowerCase()
    .replace(/^article\s+/, '')
    .replace(/(\d)([a-z])/g, '$1_$2')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')}`;
