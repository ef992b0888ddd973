/**
 * What nobody commits, though Git could be made to: what `.gitignore` leaves out, for tools and Node take what lies there for
 * what they made or installed themselves; settings below the root; and packages' own settings among the functions.
 */
export const NEVER_COMMITTED = [
  '(^|/)(node_modules|dist|coverage|cdk[.]out|compliance-report)(/|$)',
  '^(recheck|release|daily)(/|$)',
  '^[.](tools|cache|schemathesis|eslintcache)(/|$)',
  '[.]log$',
  '/[.]',
  '^lambda/.*/package[.]json$',
].join('|');
/** The settings of Git that the tests run with. */
const SETTINGS_OF_TESTS = 'tools/testing/git-home/.gitconfig';
/** 2020-01-01: as text and as a number, times of four digits a year are in one order. */
const EARLIEST = 1_577_836_800;

/**
 * Lets through a commit whose checkout the next release's gate can evaluate and run nothing of but code: plain files under plain
 * names, no place where tools keep what they run, and a time that is one. The gate of this commit evaluates the next release by
 * what is checked out, so that what it does not know of itself would judge that one.
 */
export const CHECK_CANDIDATE: readonly string[] = [
  'TRACKED=$(git ls-tree -r "$CANDIDATE")',
  `test -z "$(printf '%s\\n' "$TRACKED" | cut -d ' ' -f 1,2 | grep -vxE '100(644|755) blob' || true)"`,
  `test -z "$(printf '%s\\n' "$TRACKED" | cut -f 2- | grep -vxE '[A-Za-z0-9._/@+-]+' || true)"`,
  `test -z "$(printf '%s\\n' "$TRACKED" | cut -f 2- | grep -E '${NEVER_COMMITTED}' | grep -vxF ${SETTINGS_OF_TESTS} || true)"`,
  'COMMITTED=$(git log -1 --format=%ct "$CANDIDATE")',
  `test "$COMMITTED" -ge ${EARLIEST}`,
  'test "$COMMITTED" -le "$(($(date +%s) + 86400))"',
];
