/** What a pack says of itself, by the gate's exit code. Apart from what writes packs, so that who reads one loads no engine. */
export const RESULTS = ['clean', 'findings', 'could not evaluate'] as const;
