/** Where shared libraries are that a machine keeps elsewhere (modules of a cluster, Nix, conda): its Node may need them. */
const LIBRARIES = ['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'NIX_LD', 'NIX_LD_LIBRARY_PATH'];

/** What programs of this system need to start at all, and nothing of the user's. */
export const systemEnvironment = (env: NodeJS.ProcessEnv = process.env) => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
  ...Object.fromEntries(
    LIBRARIES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  ),
});
