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
  '^lambda/(.*/)?package[.]json$',
].join('|');
/** The settings of Git that the tests run with. */
const SETTINGS_OF_TESTS = 'tools/testing/git-home/.gitconfig';
/** 2020-01-01: as text and as a number, times of four digits a year are in one order. */
const EARLIEST = 1_577_836_800;

/** Of a search: that it found nothing, and not that it could not search. */
const none = (search: string): string => `FOUND=0; ${search} || FOUND=$?; test "$FOUND" = 1`;

/**
 * Lets through a commit whose checkout the next release's gate can evaluate and run nothing of but code: plain files under plain
 * names, no place where tools keep what they run, and a time that is one. The gate of this commit evaluates the next release by
 * what is checked out, so that what it does not know of itself would judge that one.
 */
export const CHECK_CANDIDATE: readonly string[] = [
  'export GIT_NO_REPLACE_OBJECTS=1',
  'SEEN=$(mktemp -d)',
  'git ls-tree -r "$CANDIDATE" > "$SEEN/tree"',
  'test -s "$SEEN/tree"',
  `cut -d ' ' -f 1,2 "$SEEN/tree" > "$SEEN/modes"`,
  'cut -f 2- "$SEEN/tree" > "$SEEN/names"',
  none(`grep -vxE '100(644|755) blob' "$SEEN/modes"`),
  none(`grep -vxE '[A-Za-z0-9._/@+-]+' "$SEEN/names"`),
  `grep -vxF ${SETTINGS_OF_TESTS} "$SEEN/names" > "$SEEN/others"`,
  none(`grep -E '${NEVER_COMMITTED}' "$SEEN/others"`),
  // What its own settings ignore would stop the next recheck, which looks for it.
  'git show "$CANDIDATE:.gitignore" > "$SEEN/ignored"',
  'GIT_INDEX_FILE="$SEEN/index" git read-tree "$CANDIDATE"',
  'GIT_INDEX_FILE="$SEEN/index" git ls-files --cached --ignored --exclude-from="$SEEN/ignored" > "$SEEN/both"',
  'test ! -s "$SEEN/both"',
  'COMMITTED=$(git log -1 --format=%ct "$CANDIDATE")',
  `test "$COMMITTED" -ge ${EARLIEST}`,
  'test "$COMMITTED" -le "$(($(date +%s) + 86400))"',
];
