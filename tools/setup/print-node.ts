/** For bin/run.mjs: the path of the Node that everything runs on, alone on standard output. */
import { explainSetupError } from './explain-setup-error';
import { ensureNode } from './node-runtime';
import { consoleProgress } from './progress';
import { SetupError } from './setup-error';

ensureNode(consoleProgress)
  .then((node) => console.log(node))
  .catch(async (error: unknown) => {
    process.exitCode = 2;
    if (error instanceof SetupError) await explainSetupError(error);
    else console.error(error);
  });
