import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Release } from '../../src/check/release.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { groupOf, readWorkload } from '../../src/workload/workload.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { openBothDoors } from '../helpers/both-doors.ts';
import { fitAlone } from '../helpers/bounded-namespace.ts';
import { everyRule, readInputs } from './inputs.ts';
import { judgeRelease, printFinding } from './judge-release.ts';
import { askControlPlane, type ServerView } from './server-defaults.ts';

const build = await buildBinaries('v1.37.2', console.log);
if (build.kind !== 'ready') console.log(`skipped: ${build.reason}`);
const inputs = await readInputs();
const asked = await askControlPlane(build, inputs);

/** What the server keeps in another form than people write it, so that rules cannot say the same at the same place. */
const explained: readonly { readonly why: string; readonly holds: (finding: string) => boolean }[] = [
  {
    why: 'stringData goes in only: it is stored as data, in base64; and no webhook is sent a Secret here',
    holds: (finding) => / Secret\/\S+ \/stringData\//u.test(finding),
  },
  {
    why: 'what the server does not know it drops, so that nothing of it is stored',
    holds: (finding) => finding.startsWith('delivery/unknown-field '),
  },
];

describe.runIf(build.kind === 'ready').each(inputs)(
  'before and after the API server filled in its defaults, $name',
  ({ name, release }) => {
    let views: readonly ServerView[];
    /** The objects that the server takes, each as it is written and as it is stored. */
    let pairs: readonly (readonly [KubernetesObject, KubernetesObject])[];

    beforeAll(() => {
      views = asked.get(name) ?? [];
      pairs = release.objects.flatMap((object, index) => {
        const view = views[index];
        return view?.kind === 'stored' ? [[object, { ...object, value: view.value }] as const] : [];
      });
      const count = (kind: ServerView['kind']): number => views.filter((view) => view.kind === kind).length;
      console.log(
        `${name}: ${views.length} objects, of which the server would store ${pairs.length}, ` +
          `does not serve the kind of ${count('unserved')} and refuses ${count('refused')}`,
      );
    });

    it('most objects are such that a server takes them', () => {
      expect(pairs.length).toBeGreaterThan(views.length / 2);
    });

    it('rules find the same', async () => {
      const stored = new Map(pairs);
      const objects = release.objects.map((object) => stored.get(object) ?? object);
      const before = (await judgeRelease(asSent(release))).map(printFinding);
      const after = (await judgeRelease(asSent({ ...release, objects }))).map(printFinding);
      expect(before.length).toBeGreaterThan(100);
      const lost = subtract(before, after).filter((finding) => !explained.some(({ holds }) => holds(finding)));
      expect({ lost, gained: subtract(after, before) }).toEqual({ lost: [], gained: [] });
    });

    it('the command line and the webhook say the same of what is stored', async () => {
      const { ask } = await openBothDoors(await loadConfig(everyRule, '/'));
      const differ: unknown[] = [];
      for (const [{ source }, stored] of pairs) {
        const { command, webhook } = await ask(stored);
        if (!isDeepStrictEqual(webhook, command)) differ.push({ of: source?.document.file.name, command, webhook });
      }
      expect(differ).toEqual([]);
    });

    it('a workload gets the same pods', () => {
      const workloads = pairs.filter(([written]) => readWorkload(written, shippedKinds) !== null);
      expect(workloads.length).toBeGreaterThan(50);
      const differ = workloads.flatMap(([written, stored]) => {
        const fits = [written, stored].map((object) => JSON.stringify(fitAlone(object)));
        return fits[0] === fits[1]
          ? []
          : [{ of: written.source?.document.file.name, written: fits[0], stored: fits[1] }];
      });
      expect(differ).toEqual([]);
    });
  },
);

const isSent = ({ apiVersion }: KubernetesObject): boolean => groupOf(apiVersion) !== 'kustomize.config.k8s.io';

/** The server was sent what is written, and not what kustomize makes of it: other tags, of which it fills in other defaults. */
function asSent({ objects, context, ...rest }: Release): Release {
  return { ...rest, objects: objects.filter(isSent), context: context.filter(isSent) };
}

/** What is in the first list more often than in the second. */
function subtract(all: readonly string[], less: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const one of less) left.set(one, (left.get(one) ?? 0) + 1);
  return all.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
