import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { evaluatedWith } from '../applications';
import { loadAssembly } from '../assembly/assembly';
import { coursesOf } from './courses';
import { evaluateShare, type ShareOfCourse } from './evaluate-share';
import type { Task } from './in-processes';

/** Evaluates one share of all courses and sends what it found to the process that started it. */
async function evaluateTask({ options, assembly, python, scratch, share }: Task): Promise<ShareOfCourse[]> {
  const evaluated = loadAssembly(assembly, PROJECT_ROOT, evaluatedWith(options.stage));
  const shares: ShareOfCourse[] = [];
  for (const course of coursesOf(evaluated, options, python, scratch))
    shares.push(await evaluateShare(course, share, scratch, options.matrix));
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
