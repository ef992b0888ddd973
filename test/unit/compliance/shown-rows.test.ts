import { rowAnchors, shownRows } from '../../../compliance/report/html/shown-rows';
import type { Verdict, VerdictRow } from '../../../compliance/verdict-row';

const row = (verdict: Verdict): VerdictRow => ({ engine: 'checkov', rule: 'CKV_1', verdict }) as VerdictRow;
const rows = (['compliant', 'non-compliant', 'compliant', 'error', 'excepted'] as const).map(row);

test('a page with few rows shows all of them, each with its own anchor', () => {
  expect([...shownRows(rows)]).toEqual([0, 1, 2, 3, 4]);
  expect(rowAnchors(rows)).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
});

test('a page with too many shows what is open first; links to the others lead to their rule', () => {
  expect([...shownRows(rows, 3)]).toEqual([1, 3, 4]);
  expect(rowAnchors(rows, 3)).toEqual(['rule-checkov-CKV_1', 'v1', 'rule-checkov-CKV_1', 'v3', 'v4']);
});

test('each rule shows its first row before any shows its second', () => {
  const many = ['CKV_1', 'CKV_1', 'CKV_1', 'CKV_2', 'CKV_3'].map((rule) => ({ ...row('compliant'), rule }));
  expect([...shownRows(many, 3)]).toEqual([0, 3, 4]);
  expect([...shownRows(many, 4)]).toEqual([0, 1, 3, 4]);
});
