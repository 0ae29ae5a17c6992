import { SingleBar } from 'cli-progress';
import type { Progress } from './io.ts';

/** A bar on standard error; it takes itself away when the work is done. */
export function startProgressBar(total: number): Progress {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} files',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    update: (done) => {
      bar.update(done);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
