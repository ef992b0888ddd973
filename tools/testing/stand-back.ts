import { setPriority } from 'node:os';

/** Enough to stand back behind an embedded AWS and its functions, and little enough to come to its turn on a busy machine. */
const BEHIND_SERVERS = 5;

// Each file's worker, and what it starts: whoever has least time limits to keep takes what the others leave.
setPriority(BEHIND_SERVERS);
