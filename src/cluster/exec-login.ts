import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { spawn } from 'node:child_process';
import { dirname, isAbsolute, join } from 'node:path';
import { isatty } from 'node:tty';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, stringAt } from '../manifest/fields.ts';

// Commands of a kubeconfig that log in, such as `aws eks get-token`. The library would run one for each request where no
// end is named, and keep what it says to itself.
// @see k8s.io/client-go/plugin/pkg/client/auth/exec

/** The command that a kubeconfig names did not give what lets us in. */
export class LoginError extends Error {}

/** What lets a request in; empty where the command gave none. */
export interface Credential {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
  /** By the wall clock, as the command names it. */
  readonly untilMs: number;
}

/** A command that names no end is asked again after this time. */
const UNDATED_MS = 60_000;

/** Asks a user's command, once for all requests until what it gave has ended. */
export function createExecLogin(exec: JsonObject, user: Pick<User, 'name'>): () => Promise<Credential> {
  let kept: { readonly credential: Promise<Credential>; untilMs: number } | null = null;
  return async () => {
    if (kept !== null && Date.now() < kept.untilMs) return kept.credential;
    const asked = { credential: runLogin(exec, user.name), untilMs: Infinity };
    kept = asked;
    try {
      const credential = await asked.credential;
      asked.untilMs = credential.untilMs;
      return credential;
    } catch (error) {
      kept = null;
      throw error;
    }
  };
}

/** A command with a folder in its name is found from the kubeconfig. */
export function findCommand(exec: JsonObject, kubeconfig: string): JsonObject {
  const command = stringAt(exec, 'command');
  return isAbsolute(command) || !/[/\\]/u.test(command)
    ? exec
    : { ...exec, command: join(dirname(kubeconfig), command) };
}

function runLogin(exec: JsonObject, user: string): Promise<Credential> {
  const command = stringAt(exec, 'command');
  const fail = (what: string): LoginError =>
    new LoginError(`user ${user} of the kubeconfig logs in by the command ${command}, which ${what}`);
  const mayAsk = isatty(0) && stringAt(exec, 'interactiveMode') !== 'Never';
  return new Promise((resolve, reject) => {
    const child = spawn(command, listAt(exec, 'args').map(String), {
      env: { ...process.env, ...readEnvironment(exec, mayAsk) },
      // What it has to say, such as where to type a code, is for whoever waits.
      stdio: [mayAsk ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const hint = stringAt(exec, 'installHint').trim();
      const isMissing = error.code === 'ENOENT';
      reject(fail(isMissing ? `is not installed${hint === '' ? '' : `: ${hint}`}` : `cannot be run: ${error.message}`));
    });
    child.on('close', (status, signal) => {
      const credential = status === 0 ? readCredential(Buffer.concat(chunks).toString('utf8')) : null;
      if (credential !== null) resolve(credential);
      else reject(fail(status === 0 ? 'printed no ExecCredential' : `failed with ${signal ?? `status ${status}`}`));
    });
  });
}

function readEnvironment(exec: JsonObject, interactive: boolean): Readonly<Record<string, string>> {
  const apiVersion = stringAt(exec, 'apiVersion');
  const info = { kind: 'ExecCredential', apiVersion, spec: { interactive } };
  return {
    ...Object.fromEntries(listAt(exec, 'env').map((one) => [stringAt(one, 'name'), stringAt(one, 'value')])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
}

function readCredential(text: string): Credential | null {
  const printed = parse(text);
  const credential = {
    token: stringAt(printed, 'status', 'token'),
    certificate: stringAt(printed, 'status', 'clientCertificateData'),
    key: stringAt(printed, 'status', 'clientKeyData'),
  };
  if (credential.token === '' && credential.certificate === '') return null;
  const end = Date.parse(stringAt(printed, 'status', 'expirationTimestamp'));
  return { ...credential, untilMs: Number.isNaN(end) ? Date.now() + UNDATED_MS : end };
}

function parse(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
