import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/** Runs on a core of its own. */
export interface Server {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
}

/** One run against one server. */
export interface Sample {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicrosecondsEach: number;
  /** The most that it ever held. */
  readonly peakMebibytes: number;
}

const TICKS_PER_SECOND = 100;

/** @param ready - answers anything but an error once it can be asked */
export async function startServer(
  name: string,
  command: readonly string[],
  url: string,
  ready: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const child = spawn('taskset', ['--cpu-list', '0', ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  process.once('exit', () => child.kill());
  for (let tries = 0; ; tries += 1) {
    const status = await new Promise<number>((resolve) => {
      const sent = request(ready, { rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', () => resolve(0)).end();
    });
    if (status !== 0 && status < 500) return { name, url, child };
    if (tries > 300 || child.exitCode !== null) throw new Error(`${name} did not start`);
    await sleep(100);
  }
}

/** @throws when a review is not answered as it should be: a benchmark of wrong answers is worth nothing */
export async function expectAnswers({ name, url }: Server, bodies: readonly string[], allowed: boolean): Promise<void> {
  for (const body of bodies) {
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(url, { method: 'POST', headers, rejectUnauthorized: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject).end(body);
    });
    if (!answer.includes(`"allowed":${allowed}`)) throw new Error(`${name} answered ${answer}`);
  }
}

/** Sends these reviews in turn over all connections, again and again. @throws when any of them is not answered with 200 */
export async function load(
  { name, url, child }: Server,
  bodies: readonly string[],
  connections: number,
  seconds: number,
): Promise<Sample> {
  const before = cpuSeconds(child);
  const { pathname, search } = new URL(url);
  const requests = bodies.map((body) => ({
    method: 'POST' as const,
    path: pathname + search,
    headers: { 'content-type': 'application/json' },
    body,
  }));
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    tlsOptions: { rejectUnauthorized: false },
    // Each connection has a share of its own: with one list, all would send the same at the same time.
    setupClient: (client) => client.setRequests(requests.splice(0, Math.ceil(bodies.length / connections))),
  });
  const answered = result['2xx'];
  if (result.non2xx > 0 || result.errors > 0 || answered === 0) {
    throw new Error(`${name}: ${answered} answers, ${result.non2xx} refusals, ${result.errors} errors`);
  }
  return {
    requestsPerSecond: answered / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuMicrosecondsEach: ((cpuSeconds(child) - before) * 1e6) / answered,
    peakMebibytes: readPeak(child),
  };
}

/** Of all its threads, from `/proc/PID/stat`: user and system time are its fields 14 and 15. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /u, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readPeak({ pid }: ChildProcess): number {
  const kibibytes = /^VmHWM:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}
