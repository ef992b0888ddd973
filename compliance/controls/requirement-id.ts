/** Frameworks with a catalogue in `catalogues/`; the keys stand in references (`FRAMEWORK:ID`) and in the pack. */
export const FRAMEWORKS = [
  'SOC2',
  'HIPAA',
  'GDPR',
  'NIST-800-53-R5',
  'NIST-CSF-2.0',
  'PCI-DSS-4.0.1',
  'ISO-27001-2022',
  'CIS-AWS-7.0',
  'AWS-FSBP',
  'FEDRAMP-20X',
] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** An id as the framework's catalogue spells it; `part` is what a spelling names below it (`a.1`, `(1)(b)`). */
export interface RequirementId {
  readonly framework: Framework;
  readonly id: string;
  readonly part: string;
}

/** How tools name a framework, besides its key. */
const ALIASES: Readonly<Record<string, Framework>> = {
  'PCI-4.0': 'PCI-DSS-4.0.1',
  'PCI-DSS-4.0': 'PCI-DSS-4.0.1',
};

/** Withdrawn standards that public packs still name: kept in the rows as they are, and in no catalogue. */
export const RETIRED_FRAMEWORKS: ReadonlySet<string> = new Set(['PCI-DSS-3.2.1']);

const frameworkOf = (name: string): Framework | undefined =>
  ALIASES[name] ?? FRAMEWORKS.find((framework) => framework === name);

type Parser = (spelling: string) => readonly [id: string, part: string] | undefined;

/** `AC-2(1)`, `ac-2.1`, `ac_2_1`, `AC-2j`, `CP-1a.1(b)`, `SI-4(a)(2)`: a number after the control is an enhancement. */
const nist: Parser = (spelling) => {
  const match = /^([a-z]{2})[-_](\d+)(?:[._(](\d+)\)?)?(.*)$/i.exec(spelling);
  if (match === null) return undefined;
  const [, family = '', control = '', enhancement, part = ''] = match;
  return [`${family.toUpperCase()}-${control}${enhancement === undefined ? '' : `(${enhancement})`}`, part];
};

/** `164.312(a)(2)(iv)`, `164_312_a_2_iv`: letter, number, roman number, capital letter. */
const hipaa: Parser = (spelling) => {
  const [title, section, ...levels] = spelling.split(/[^A-Za-z0-9]+/).filter((token) => token !== '');
  if (title !== '164' || section === undefined) return undefined;
  const parts = levels.map((level, depth) => `(${depth === 3 ? level.toUpperCase() : level.toLowerCase()})`);
  return [`164.${section}${parts.join('')}`, ''];
};

/** `CC6.1`, `cc_6_1`. */
const soc2: Parser = (spelling) => {
  const match = /^(cc|a|c|pi|p)[_ ]?(\d)[._](\d+)$/i.exec(spelling);
  return match === null ? undefined : [`${(match[1] ?? '').toUpperCase()}${match[2]}.${match[3]}`, ''];
};

/** `Article 32`, `article_32`, `Art. 32(1)(b)`, `32`. */
const gdpr: Parser = (spelling) => {
  const match = /^(?:art(?:icle)?\.?)?[_ ]?(\d+)(.*)$/i.exec(spelling);
  return match === null ? undefined : [`Article ${match[1]}`, match[2] ?? ''];
};

/** `3.5.1`, `a1_1_1`. */
const pci: Parser = (spelling) => [spelling.replaceAll('_', '.').toUpperCase(), ''];

/** `A.8.24`, `8.24`. */
const iso: Parser = (spelling) => [spelling.startsWith('A.') ? spelling : `A.${spelling}`, ''];

const asWritten: Parser = (spelling) => [spelling, ''];

const PARSERS: Readonly<Record<Framework, Parser>> = {
  SOC2: soc2,
  HIPAA: hipaa,
  GDPR: gdpr,
  'NIST-800-53-R5': nist,
  'NIST-CSF-2.0': (spelling) => [spelling.toUpperCase().replace(/-(\d)$/, '-0$1'), ''],
  'PCI-DSS-4.0.1': pci,
  'ISO-27001-2022': iso,
  'CIS-AWS-7.0': asWritten,
  'AWS-FSBP': asWritten,
  'FEDRAMP-20X': (spelling) => [spelling.toUpperCase(), ''],
};

/**
 * The canonical id behind any spelling of `FRAMEWORK:ID` that cdk-nag, cfn-guard, checkov, prowler or our own checks
 * use. Whether the framework has such a requirement is the catalogue's word: see `catalogues.ts`.
 */
export function parseReference(reference: string): RequirementId | undefined {
  const [name = '', spelling = ''] = reference.split(/:(.*)/s);
  const framework = frameworkOf(name.trim());
  const parsed = framework && PARSERS[framework](spelling.trim());
  return framework && parsed && { framework, id: parsed[0], part: parsed[1] };
}

/** A spelling of `FRAMEWORK:ID` as the catalogue spells it; undefined where none of our frameworks is meant. */
export function canonicalReference(reference: string): string | undefined {
  const id = parseReference(reference);
  return id && referenceOf(id);
}

export const referenceOf = ({ framework, id }: Pick<RequirementId, 'framework' | 'id'>): string =>
  `${framework}:${id}`;
