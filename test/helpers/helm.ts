import { spawnSync } from 'node:child_process';

/** Whether tests of the chart can run; when not, they are skipped under this name. */
export const hasHelm = spawnSync('helm', ['version'], { stdio: 'ignore' }).status === 0;
export const helmNote = hasHelm ? '' : ' (skipped: there is no helm on PATH)';
