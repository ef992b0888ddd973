/**
 * How often the local label model is right: `node --import tsx test/performance/label-model.ts LIST.csv`. Each line of
 * the list is FILE,EXPECTED[,GROUP]; expected is cat, dog, other or both. docs/label-model.md has the counts.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chooseCategory, minimumConfidence } from '../../lambda/domain/choose-category';
import { loadStageConfig } from '../../lib/config/load';
import { answerLabels } from '../../local/rekognition/label-answer';
import { ServiceError } from '../../local/rekognition/service-error';
import { startVisionModel, type VisionModel } from '../../local/rekognition/vision-model';
import { consoleProgress } from '../../tools/setup/progress';
import { formatTable } from '../../tools/terminal/table';

const { thresholds } = loadStageConfig('dev');
const COLUMNS = ['right', 'uncertain', 'wrong and sure', 'missed', 'refused'] as const;
type Verdict = (typeof COLUMNS)[number];

interface Row {
  file: string;
  expected: string;
  group: string;
}

function readList(list: string): Row[] {
  const lines = readFileSync(list, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [file = '', expected = '', group = 'all'] = line.split(',');
    return { file: path.resolve(path.dirname(list), file), expected, group };
  });
}

/** Both animals in one picture are for a person to decide. */
function verdictOn(category: string, expected: string): Verdict {
  if (category === (expected === 'both' ? 'uncertain' : expected)) return 'right';
  if (category === 'uncertain') return 'uncertain';
  return category === 'other' ? 'missed' : 'wrong and sure';
}

async function evaluate(
  model: VisionModel,
  { file, expected }: Row,
): Promise<{ verdict: Verdict; text: string }> {
  try {
    const detections = await model.detect(readFileSync(file));
    const labels = answerLabels(detections, {
      minimumConfidence: minimumConfidence(thresholds),
      maximumLabels: 100,
      filters: {},
    }).map(({ Name = '', Confidence = 0, Parents = [], Aliases = [] }) => ({
      name: Name,
      confidence: Confidence,
      parents: Parents.map(({ Name: name = '' }) => name),
      aliases: Aliases.map(({ Name: name = '' }) => name),
    }));
    const { category, catScore, dogScore } = chooseCategory(labels, thresholds);
    return {
      verdict: verdictOn(category, expected),
      text: `${category} (cat ${catScore.toFixed(0)}, dog ${dogScore.toFixed(0)})`,
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { verdict: 'refused', text: error.code };
  }
}

async function main(list: string): Promise<void> {
  const model = await startVisionModel(consoleProgress);
  const counts = new Map<string, Map<Verdict, number>>();
  const times: number[] = [];
  const rows = readList(list);
  const began = process.cpuUsage();
  for (const row of rows) {
    const begin = performance.now();
    const { verdict, text } = await evaluate(model, row);
    times.push(performance.now() - begin);
    for (const group of new Set([row.group, 'all'])) {
      const count = counts.get(group) ?? new Map<Verdict, number>();
      counts.set(group, count.set(verdict, (count.get(verdict) ?? 0) + 1));
    }
    if (verdict !== 'right') console.log(`${verdict}: ${path.basename(row.file)}, ${row.expected}: ${text}`);
  }
  const { user, system } = process.cpuUsage(began);
  await model.close();
  const table = [...counts].map(([group, count]) => [
    group,
    ...COLUMNS.map((verdict) => String(count.get(verdict) ?? 0)),
  ]);
  for (const line of formatTable(['group', ...COLUMNS], table)) console.log(line);
  times.sort((first, second) => first - second);
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(0);
  console.log(
    `${times.length} pictures; milliseconds a picture: median ${at(0.5)}, 95 % within ${at(0.95)}, most ${at(1)}`,
  );
  console.log(`processor time a picture: ${((user + system) / 1000 / times.length).toFixed(0)} ms`);
}

const [list] = process.argv.slice(2);
if (list === undefined) throw new TypeError('Name a list: FILE,EXPECTED[,GROUP] a line.');
void main(list);
