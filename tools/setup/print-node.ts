/** For bin/run.mjs: the path of the Node that everything runs on, alone on standard output. */
import { ensureNode } from './node-runtime';
import { consoleProgress } from './progress';
import { SetupError } from './setup-error';

ensureNode(consoleProgress)
  .then((node) => console.log(node))
  .catch((error: unknown) => {
    console.error(error instanceof SetupError ? `${error.message}\n→ ${error.nextStep}` : error);
    process.exitCode = 2;
  });
