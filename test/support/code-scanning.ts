import { gzipSync } from 'node:zlib';
import type { Log } from 'sarif';

/** https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning */
const MOST = {
  megabytesCompressed: 10,
  runs: 20,
  resultsInRun: 25_000,
  /** More are taken, but these are all that anybody sees. */
  resultsShownOfRun: 5000,
  rulesInRun: 25_000,
  locationsOfResult: 1000,
  tagsOfRule: 20,
};

/** Why GitHub's code scanning would refuse a SARIF file, or show less than is in it. Empty: it takes the file whole. */
export function codeScanningRefusals(log: Log): string[] {
  const bytes = gzipSync(JSON.stringify(log)).length;
  const origins = log.runs.map(({ tool, automationDetails }) =>
    [tool.driver.name, automationDetails?.id?.replace(/[^/]*$/, '')].join(' '),
  );
  return [
    ...(bytes > MOST.megabytesCompressed * 1_000_000 ? [`${bytes} bytes compressed`] : []),
    ...(log.runs.length > MOST.runs ? [`${log.runs.length} runs`] : []),
    ...(new Set(origins).size < origins.length ? ['two runs of one tool and category'] : []),
    ...log.runs.flatMap(({ results = [], tool }) => {
      const rules = tool.driver.rules ?? [];
      return [
        ...(results.length > MOST.resultsInRun ? [`${results.length} results`] : []),
        ...(results.length > MOST.resultsShownOfRun ? [`${results.length} results, not all shown`] : []),
        ...(rules.length > MOST.rulesInRun ? [`${rules.length} rules`] : []),
        ...rules.flatMap(({ id, properties, shortDescription, fullDescription, help }) => [
          ...((properties?.tags?.length ?? 0) > MOST.tagsOfRule ? [`tags of ${id}`] : []),
          ...(shortDescription && fullDescription && help ? [] : [`texts of ${id}`]),
        ]),
        ...results.flatMap(({ ruleId, ruleIndex, locations = [] }) => [
          ...(rules[ruleIndex ?? -1]?.id === ruleId ? [] : [`${ruleId} is not the rule at its index`]),
          ...(locations.length > MOST.locationsOfResult ? [`locations of a result of ${ruleId}`] : []),
          ...(locations.length > 0 &&
          locations.every(
            ({ physicalLocation: place }) => place?.artifactLocation?.uri && place.region?.startLine,
          )
            ? []
            : [`a result of ${ruleId} has no place in a file`]),
        ]),
      ];
    }),
  ];
}
