import { beforeAll, describe, expect, it } from 'vitest';
import { decodeObject } from '../../src/admission/decode-object.ts';
import { findUnserved } from '../../src/admission/served-kind.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { printPath } from '../../src/manifest/pointer.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { readInputs } from './inputs.ts';
import { askControlPlane, type ServerView } from './server-defaults.ts';

const build = await buildBinaries('v1.37.2', console.log);
if (build.kind !== 'ready') console.log(`skipped: ${build.reason}`);
const inputs = await readInputs();
const asked = await askControlPlane(build, inputs, 'Strict');

describe.runIf(build.kind === 'ready').each(inputs)('what the API server can decode, $name', ({ name, release }) => {
  let views: readonly (readonly [KubernetesObject, ServerView])[];

  beforeAll(() => {
    const answers = asked.get(name) ?? [];
    views = release.objects.flatMap((object, index) => {
      const view = answers[index];
      return view === undefined ? [] : [[object, view] as const];
    });
  });

  it('kinds that it does not serve are known, but for those that only a cluster can know', () => {
    const wrong = views.filter(([{ apiVersion, kind }, view]) => {
      const isUnserved = findUnserved(apiVersion, kind, 37) !== null;
      return isUnserved
        ? view.kind !== 'unserved'
        : view.kind === 'unserved' && decodeObject(objectOf(apiVersion, kind)) !== null;
    });
    expect(wrong.map(([object]) => `${object.apiVersion} ${object.kind}`)).toEqual([]);
  });

  it('its strict decoding finds the same fields unknown', () => {
    const said = views.flatMap(([object, view]) => unknownFieldsOf(view).map((field) => `${placeOf(object)} ${field}`));
    const foretold = views.flatMap(([object, view]) => {
      // What cannot be decoded is refused for that alone.
      const unknown = faultOf(view) === null ? (decodeObject(object)?.unknownFields ?? []) : [];
      return unknown.map(({ pointer }) => `${placeOf(object)} ${printPath(pointer)}`);
    });
    console.log(`${name}: ${said.length} unknown fields`);
    expect(foretold.toSorted()).toEqual(said.toSorted());
  });

  it('the same values cannot be decoded, in the same words', () => {
    const said = views.flatMap(([object, view]) => {
      const fault = faultOf(view);
      return fault === null ? [] : [`${placeOf(object)} ${fault}`];
    });
    const foretold = views.flatMap(([object]) => {
      const [first] = decodeObject(object)?.faults ?? [];
      return first === undefined ? [] : [`${placeOf(object)} ${first.message}`];
    });
    console.log(`${name}: ${said.length} objects that cannot be decoded`);
    expect(foretold).toEqual(said);
  });
});

function objectOf(apiVersion: string, kind: string): KubernetesObject {
  return { apiVersion, kind, namespace: '', name: '', value: {}, source: null };
}

function placeOf({ kind, name, source }: KubernetesObject): string {
  return `${source?.document.file.name ?? ''} ${source?.pointer ?? ''} ${kind} ${name}`;
}

function unknownFieldsOf(view: ServerView): readonly string[] {
  if (view.kind !== 'refused' || !view.message.includes('strict decoding error')) return [];
  const fields = [...view.message.matchAll(/unknown field "([^"]+)"/gu)].map(([, field]) => field ?? '');
  // Directives of a patch for kustomize: no server gets to see them.
  return fields.filter((field) => !/(?:^|\.)\$/u.test(field));
}

function faultOf(view: ServerView): string | null {
  if (view.kind !== 'refused') return null;
  return /(?:json: cannot unmarshal .*)$/u.exec(view.message)?.[0] ?? null;
}
