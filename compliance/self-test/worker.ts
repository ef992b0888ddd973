import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { evaluatedWith } from '../applications';
import { loadAssembly } from '../assembly/assembly';
import { mutantGroupsOf } from './mutant-groups';
import { evaluateShare, type ShareOfCourse } from './evaluate-share';
import type { Task } from './in-processes';

/** Evaluates one share of all groups and sends what it found to the process that started it. */
async function evaluateTask({ options, assembly, python, scratch, share }: Task): Promise<ShareOfCourse[]> {
  const evaluated = loadAssembly(assembly, PROJECT_ROOT, evaluatedWith(options.stage));
  const shares: ShareOfCourse[] = [];
  for (const group of mutantGroupsOf(evaluated, options, python, scratch))
    shares.push(await evaluateShare(group, share, scratch, options.matrix));
  return shares;
}

process.once('message', (task: Task) => {
  evaluateTask(task).then(
    (shares) => process.send?.(shares, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
