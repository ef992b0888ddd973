import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { judgedWith } from '../applications';
import { loadAssembly } from '../assembly/assembly';
import { coursesOf } from './courses';
import { judgeShare, type ShareOfCourse } from './judge-share';
import type { Task } from './in-processes';

/** Judges one share of all courses and sends what it found to the process that started it. */
async function judgeTask({ options, assembly, python, scratch, share }: Task): Promise<ShareOfCourse[]> {
  const judged = loadAssembly(assembly, PROJECT_ROOT, judgedWith(options.stage));
  const shares: ShareOfCourse[] = [];
  for (const course of coursesOf(judged, options, python, scratch))
    shares.push(await judgeShare(course, share, scratch, options.matrix));
  return shares;
}

process.once('message', (task: Task) => {
  judgeTask(task).then(
    (shares) => process.send?.(shares, () => process.disconnect()),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
