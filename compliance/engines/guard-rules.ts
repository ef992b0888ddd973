import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { GateError } from '../gate-error';
import { guardPackage } from './guard-binary';

/** What a guard rule says of itself, which its verdict leaves out. */
export interface GuardRule {
  readonly name: string;
  readonly file: string;
  /** Every resource type that its file speaks of: without one of them in a template it has nothing to look at. */
  readonly mentions: readonly string[];
  readonly id: string;
  readonly title: string;
  readonly types: readonly string[];
  readonly controls: readonly string[];
  readonly remedy: string;
  readonly severity: 'error' | 'warning';
}

const metadataSchema = z.looseObject({
  Id: z.string(),
  DisplayName: z.string(),
  EvaluatedResourceTypes: z.array(z.string()),
  RemediationMessage: z.string(),
  Severity: z.string(),
  ComplianceFrameworkMappings: z
    .array(z.looseObject({ ComplianceFramework: z.string(), Ids: z.array(z.string()) }))
    .default([]),
});
const FRAMEWORKS: Readonly<Record<string, string>> = {
  'NIST 800-53 Rev 5': 'NIST-800-53-R5',
  'PCI DSS version 3.2.1': 'PCI-DSS-3.2.1',
  'PCI DSS version 4.0': 'PCI-DSS-4.0',
};

const OWN_RULES = path.resolve(__dirname, '../../policies/guard');
const RESOURCE_TYPE = /\b(?:AWS|Alexa|Custom)::\w+(?:::\w+)*/g;
const PRIMARY_RULE = /^rule (\w+)(?=\s+when|\s*\{)/gm;

const controlTowerRuleDirectory = (): string => path.join(guardPackage(), 'rules/control-tower/cfn-guard');

const guardFiles = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.guard'))
    .sort()
    .map((file) => path.join(directory, file));

const typesIn = (text: string): string[] => [...new Set(text.match(RESOURCE_TYPE) ?? [])];

/** Names of the rules that a file evaluates by; rules with parameters and type tests are its helpers. */
const ruleNames = (text: string): string[] => [
  ...new Set([...text.matchAll(PRIMARY_RULE)].map((match) => match[1] ?? '')),
];

/**
 * AWS Control Tower's proactive rules with the metadata beside them, and our own with the metadata in their header.
 * @throws GateError DATA_INVALID when a rule's metadata is missing or unreadable.
 */
export function loadGuardRules(): GuardRule[] {
  return [
    ...guardFiles(controlTowerRuleDirectory()).flatMap(controlTowerRules),
    ...guardFiles(OWN_RULES).flatMap(ownRules),
  ];
}

function controlTowerRules(file: string): GuardRule[] {
  const metadataFile = file.replace('/cfn-guard/', '/metadata/').replace(/\.guard$/, '.metadata.json');
  const metadata = metadataSchema.parse(JSON.parse(readFileSync(metadataFile, 'utf8')));
  const text = readFileSync(file, 'utf8');
  return ruleNames(text).map((name) => ({
    name,
    file,
    mentions: typesIn(text),
    id: metadata.Id,
    title: metadata.DisplayName,
    types: metadata.EvaluatedResourceTypes,
    controls: metadata.ComplianceFrameworkMappings.flatMap(({ ComplianceFramework, Ids }) => {
      const framework = FRAMEWORKS[ComplianceFramework];
      return framework === undefined ? [] : Ids.map((id) => `${framework}:${id}`);
    }),
    remedy: metadata.RemediationMessage,
    severity: metadata.Severity === 'LOW' ? 'warning' : 'error',
  }));
}

const HEADER = /^# (Title|Reports on|Controls|Remedy): (.+)$/gm;

function ownRules(file: string): GuardRule[] {
  const text = readFileSync(file, 'utf8');
  const header = new Map([...text.matchAll(HEADER)].map((match) => [match[1], match[2] ?? '']));
  const list = (key: string): string[] => (header.get(key) ?? '').split(/,\s*/).filter((part) => part !== '');
  const [name, ...others] = ruleNames(text);
  const title = header.get('Title');
  if (name === undefined || others.length > 0 || title === undefined || list('Reports on').length === 0) {
    throw new GateError(
      'DATA_INVALID',
      `${file}: a guard file holds one rule under a header with "# Title:", "# Reports on:", "# Controls:" and "# Remedy:".`,
    );
  }
  return [
    {
      name,
      file,
      mentions: typesIn(text),
      id: name,
      title,
      types: list('Reports on'),
      controls: list('Controls'),
      remedy: header.get('Remedy') ?? '',
      severity: 'error',
    },
  ];
}
