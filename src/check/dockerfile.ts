import { describeDockerfile } from '../dockerfile/describe.ts';
import { parseDockerfile, type Instruction } from '../dockerfile/parse.ts';
import type { DockerfileFacts } from '../facts/schema.ts';
import type { Diagnostic, Place, SourceFile } from '../manifest/document.ts';
import type { ResourceId } from '../report/report.ts';

/** A Dockerfile as the engine judges it. */
export interface JudgedDockerfile {
  readonly file: SourceFile;
  /** In reports it stands where other findings have their object. */
  readonly resource: ResourceId;
  /** `null` when it cannot be read. */
  readonly facts: DockerfileFacts | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly placeOf: (path: string) => Place;
  /** What tells one instruction from others while lines move: its text. */
  readonly nameOf: (path: string) => string;
}

export function readDockerfile(file: SourceFile): JudgedDockerfile {
  const { instructions, diagnostics } = parseDockerfile(file);
  const instructionAt = (path: string): Instruction | undefined => instructions[Number(path.split('/')[2] ?? 0)];
  return {
    file,
    resource: { apiVersion: '', kind: 'Dockerfile', namespace: '', name: file.name },
    facts: instructions.length === 0 ? null : describeDockerfile(file.name, instructions),
    diagnostics,
    placeOf: (path) => instructionAt(path)?.place ?? { line: 1, column: 1, endLine: 1, endColumn: 1 },
    nameOf: (path) => {
      const instruction = instructionAt(path);
      return instruction === undefined ? '' : `${instruction.keyword} ${instruction.text}`.slice(0, 200);
    },
  };
}
