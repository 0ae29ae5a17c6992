import { InvalidArgumentError, Option } from 'commander';
import type { Termination } from '../demand/peak.ts';
import type { CommonFlags } from './flags.ts';

/** Which cluster, as kubectl has it. */
export interface ClusterFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Where to learn what is there already; at most one of the three. */
export interface StateFlags extends ClusterFlags {
  readonly state?: readonly string[];
  readonly snapshot?: string;
  readonly live?: true;
}

/** The flags of all commands that play a release into a state. */
export interface FitFlags extends CommonFlags, StateFlags {
  readonly nodes?: number;
  readonly termination?: Termination;
  readonly concurrentRollouts?: number | 'all';
  readonly inject?: readonly string[];
}

export const stateFlag = (): Option =>
  new Option(
    '--state <file>',
    'what is there: what kubectl get -o json or -o yaml prints, or manifests; repeatable',
  ).argParser((file: string, files: readonly string[] | undefined) => [...(files ?? []), file]);

export const snapshotFlag = (): Option =>
  new Option('--snapshot <file>', 'what is there: a file of quotafit snapshot').conflicts(['state', 'live']);

export const liveFlag = (): Option =>
  new Option('--live', 'what is there: read from the cluster, only the namespaces that the input names').conflicts([
    'state',
    'snapshot',
  ]);

export const contextFlag = (): Option => new Option('--context <name>', 'the context of the kubeconfig, as of kubectl');

export const kubeconfigFlag = (): Option => new Option('--kubeconfig <file>', 'the kubeconfig, as of kubectl');

export const nodesFlag = (): Option =>
  new Option(
    '--nodes <number>',
    'how many nodes a DaemonSet finds (default: as many of the state as it matches)',
  ).argParser((text: string) => readCount(text, 0));

export const terminationFlag = (): Option =>
  new Option(
    '--termination <pace>',
    'how long old pods count beside new ones in a rollout (default: realistic)',
  ).choices(['optimistic', 'realistic', 'worst'] satisfies Termination[]);

export const concurrentRolloutsFlag = (): Option =>
  new Option(
    '--concurrent-rollouts <number>',
    'how many rollouts may be on their way at once: all, or a number (default: all)',
  ).argParser((text: string) => (text === 'all' ? text : readCount(text, 1)));

export const injectFlag = (): Option =>
  new Option(
    '--inject <file>',
    "containers that the cluster's admission webhooks add to every pod: a YAML list, or a pod that has them; repeatable",
  ).argParser((file: string, files: readonly string[] | undefined) => [...(files ?? []), file]);

function readCount(text: string, least: number): number {
  const count = Number(text);
  if (!/^\d{1,9}$/u.test(text) || count < least)
    throw new InvalidArgumentError(`Give a whole number from ${least} on.`);
  return count;
}
