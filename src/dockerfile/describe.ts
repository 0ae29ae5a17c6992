import type { DockerfileFacts, DockerfileStageFacts, DockerfileUserFacts } from '../facts/dockerfile-schema.ts';
import { parseImageReference } from '../image/reference.ts';
import { findForeignBinaries } from './glibc.ts';
import { officialName } from './official-image.ts';
import { describePackages } from './package-cache.ts';
import type { Instruction } from './parse.ts';
import { lineage, listStages, type Stage, type Step } from './stage.ts';
import { isOpen, readAssignments } from './variables.ts';

const pathOfStep = ({ index }: Step): string => pathOf(index);
const pathOf = (instruction: number): string => `/instructions/${instruction}`;

/** The facts of one Dockerfile. Paths name instructions, counted from zero: `/instructions/3`. */
export function describeDockerfile(file: string, instructions: readonly Instruction[]): DockerfileFacts {
  const stages = listStages(instructions);
  const shipped = new Set(lineage(stages, stages.length - 1));
  return {
    facts: 'v1',
    subject: 'dockerfile',
    file,
    stages: stages.map((stage, index) => describeStage(stage, shipped.has(stage), index === stages.length - 1)),
    user: describeUser(stages),
    packages: listPackages([...shipped].toReversed().flatMap(({ steps }) => steps)),
    foreignBinaries: findForeignBinaries(stages, pathOfStep),
  };
}

function describeStage(stage: Stage, ships: boolean, final: boolean): DockerfileStageFacts {
  const described = {
    path: pathOf(stage.instruction),
    base: stage.base,
    ships,
    final,
    ...(stage.name !== '' && { name: stage.name }),
    ...(stage.parent !== null && { stage: stage.parent }),
  };
  if (stage.parent !== null || stage.base === 'scratch') return described;
  if (isOpen(stage.base)) return { ...described, open: true };
  const reference = parseImageReference(stage.base);
  if (reference.kind === 'reference-error') return { ...described, error: reference.reason };
  const { registry, repository, tag, digest } = reference;
  const official = officialName(repository);
  return {
    ...described,
    image: {
      name: `${registry}/${repository}`,
      ...(tag !== null && { tag }),
      ...(digest !== null && { digest }),
      ...(official !== null && { official }),
    },
  };
}

/** Who the image starts as: the last USER of the stages that ship, as far as the file says. */
function describeUser(stages: readonly Stage[]): DockerfileUserFacts {
  const line = lineage(stages, stages.length - 1);
  for (const stage of line) {
    const step = stage.steps.findLast(({ instruction }) => instruction.keyword === 'USER');
    if (step === undefined) continue;
    const [name = ''] = step.text.replaceAll(/["']/gu, '').split(':');
    return { path: pathOfStep(step), written: step.text, root: name === 'root' || /^0+$/u.test(name) };
  }
  return { path: pathOf(line[0]?.instruction ?? 0) };
}

/** @param steps - of all that ships, first to last */
function listPackages(steps: readonly Step[]): DockerfileFacts['packages'] {
  let hasNoPipCache = false;
  let hasAptLists = false;
  return steps.flatMap((step) => {
    const { keyword } = step.instruction;
    if (keyword === 'ENV' || keyword === 'ARG') {
      hasNoPipCache ||= readAssignments(keyword, step.text).some(
        ([name, value]) => name === 'PIP_NO_CACHE_DIR' && !/^(?:0|false|off|no)?$/iu.test(value ?? ''),
      );
    }
    const packages = keyword === 'RUN' ? describePackages(step, pathOfStep(step), { hasNoPipCache, hasAptLists }) : [];
    hasAptLists ||= packages.some(({ manager, cleaned }) => manager === 'apt' && !cleaned);
    return packages;
  });
}
