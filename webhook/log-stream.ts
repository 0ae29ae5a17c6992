import { destination } from 'pino';

/** Lines are written together where many come at a time, and within this time where few do. */
const BATCH_BYTES = 12 * 1024;
const FLUSH_MS = 200;
/** So much waits for a reader that has stopped reading; what comes beyond is lost, and no review waits for it. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Standard output for log lines, which nobody waits for. What is left is written when the process ends. */
export function openLogStream(): ReturnType<typeof destination> {
  return destination({ fd: 1, sync: false, minLength: BATCH_BYTES, periodicFlush: FLUSH_MS, maxLength: MOST_BYTES });
}
