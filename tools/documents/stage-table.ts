import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES } from '../../lib/config/schema';
import { markdownTable } from './markdown-table';

/** Every leaf of a value by its dotted path; lists stay whole. */
function leaves(value: unknown, path: readonly string[] = []): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

function text(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : '–';
  if (!Array.isArray(value)) return String(value);
  return (value as unknown[])
    .map((entry) =>
      typeof entry === 'object' && entry !== null && 'id' in entry ? String(entry.id) : String(entry),
    )
    .join(', ');
}

/** Examples that every adopter replaces; their values say nothing about a stage. */
const PLACEHOLDERS = ['stage', 'account', 'alerts.operations', 'alerts.security', 'alerts.review'];

/** What a stage sets otherwise than another, by its path in the configuration. */
export function stageTable(): string {
  const stages = STAGE_NAMES.map((stage) => new Map(leaves(loadStageConfig(stage))));
  const paths = [...(stages[0]?.keys() ?? [])];
  const rows = paths
    .map((path) => [path, ...stages.map((stage) => text(stage.get(path)))])
    .filter(([path, ...values]) => !PLACEHOLDERS.includes(path ?? '') && new Set(values).size > 1);
  return markdownTable(['Setting', ...STAGE_NAMES], rows);
}
