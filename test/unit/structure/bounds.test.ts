import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as ts from 'typescript';
import { BOUND_TABLE } from '../../../lambda/domain/bounds';
import { STAGE_NAMES } from '../../../lambda/domain/stage-names';
import { PROJECT_ROOT } from '../../support/document-references';

/** Figures that mean nothing else: a smaller one stands for a hundred things. */
const TELLING = new Set<number>(
  Object.values(BOUND_TABLE)
    .map(({ value }) => value)
    .filter((value) => value > 1000),
);
/** A name that says that it bounds. */
const BOUNDING = /(^|_)(MAXIMUM|MINIMUM|MOST|LARGEST|LONGEST|SHORTEST|LEAST|LIMIT|BOUND|LIFE|HEADROOM)(_|$)/;

/** What is no bound of ours, and whose it is. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  LONGEST_PALETTE: 'PNG, section 11.2.2',
  SHORTEST_STREAM: 'zlib: an empty stream',
  MAXIMUM_NAME_LENGTH: 'PNG, section 11.3.2.3: the name of a profile',
  LONGEST_ICC_PART: 'JPEG: what a segment holds',
  LONGEST_CODE: 'JPEG: bits of a Huffman code',
  LONGEST_SAMPLING: 'JPEG: a sampling factor',
  MOST_BLOCKS_OF_A_UNIT: 'JPEG, B.2.3: blocks of a unit',
  MOST_BITS: 'JPEG, B.2.3: the position of a bit',
  MOST_SYMBOLS: 'JPEG, B.2.4.2: symbols of one byte',
  MOST_DC_BITS: 'JPEG, F.1.2.1: bits of a difference',
  OWN_TEXTS_AT_MOST: 'the length of texts that we write ourselves',
  LEAST_OF_A_TASK: 'functions kept for a task: what starts cold together',
  CONFORMANCE_PACK_LIMIT: 'AWS Config: the size of a pack',
};
/** Where a telling figure means something else. */
const OTHERWISE: Readonly<Record<string, readonly number[]>> = {
  // Seconds of a schedule or a period, lengths that AWS sets: none of a client's business.
  'lambda/openapi/examples.ts': [2048],
  'lib/organization/organization-policies.ts': [10_000],
  'lambda/domain/webhook-endpoint.ts': [7200],
};

/** The value of a numeric literal, or of a product of such. */
function figureOf(node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text.replaceAll('_', ''));
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.AsteriskToken)
    return undefined;
  const [left, right] = [figureOf(node.left), figureOf(node.right)];
  return left === undefined || right === undefined ? undefined : left * right;
}

/** Bounds that stand in a source as figures, each by its line. */
function literalBounds(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const tell = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1} ${what}`);
  };
  const visit = (node: ts.Node): void => {
    // What a function is given to run on bounds nobody.
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'memoryMegabytes') return;
    const figure = ts.isExpression(node) ? figureOf(node) : undefined;
    if (figure !== undefined) {
      if (TELLING.has(figure) && OTHERWISE[file]?.includes(figure) !== true) tell(node, String(figure));
      return;
    }
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const name = node.name.getText();
      if (BOUNDING.test(name) && OF_OTHERS[name] === undefined && figureOf(node.initializer) !== undefined)
        tell(node, name);
    }
    // `.max(255)` of a schema in the domain: what a client may send or is sent.
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'max' &&
      file.startsWith('lambda/domain/')
    ) {
      const [argument] = node.arguments;
      const most = argument === undefined ? undefined : figureOf(argument);
      // Two animals, percent, HTTP statuses, and `Math.max` of the format readers.
      if (
        most !== undefined &&
        ![2, 100, 599].includes(most) &&
        node.expression.expression.getText() !== 'Math'
      )
        tell(node, `.max(${most})`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The stages' own figures: they are the configuration. */
const STAGES = new Set(['base', ...STAGE_NAMES].map((name) => `lib/config/${name}.ts`));

const sources = ['lambda', 'lib']
  .flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join(folder, file),
    ),
  )
  .filter((file) => file.endsWith('.ts') && file !== 'lambda/domain/bounds.ts' && !STAGES.has(file));

describe('a bound stands in the table of bounds and nowhere else', () => {
  it.each(sources)('%s', (file) => {
    expect(literalBounds(file, readFileSync(path.join(PROJECT_ROOT, file), 'utf8'))).toEqual([]);
  });

  it.each([
    'const MAXIMUM_BYTES = 7 * 11;',
    'const size = 15 * 1024 * 1024;',
    'const name = z.string().max(77);',
    'const LIFE_MILLISECONDS = 77_000;',
    'if (count > 65_536) throw new Error();',
  ])('is found where it stands as a figure: %s', (text) => {
    expect(literalBounds('lambda/domain/some-rule.ts', text)).toHaveLength(1);
  });

  it('and what reads it is not', () => {
    const text = 'const LIFE = BOUNDS.clientMemorySeconds * 1000; z.string().max(BOUNDS.fileNameLength);';
    expect(literalBounds('lambda/domain/some-rule.ts', text)).toEqual([]);
  });
});
