// Loaded before a command. Whoever reads only the beginning (`… | head`) closes the pipe: that is no fault to be shown.
// The exit code is a shell's for it, so that nobody takes half a verdict for a whole one.
const EXIT_BROKEN_PIPE = 141;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT_BROKEN_PIPE);
  });
