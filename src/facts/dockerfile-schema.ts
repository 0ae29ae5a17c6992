import { Type, type Static } from 'typebox';
import { names, text, type DeepReadonly } from './schema-types.ts';

const instruction = Type.String({ description: 'The instruction, counted from zero: `/instructions/3`' });

const dockerfileStageSchema = Type.Object({
  path: instruction,
  name: Type.Optional(text),
  base: Type.String({ description: 'The reference after FROM, arguments filled in as far as the file says' }),
  stage: Type.Optional(Type.Integer({ description: 'Index of the earlier stage that it builds on' })),
  ships: Type.Boolean({ description: 'Whether its layers are part of the image' }),
  final: Type.Boolean({ description: 'Whether it is the last one' }),
  open: Type.Optional(Type.Boolean({ description: 'Whether only the build knows the base' })),
  error: Type.Optional(Type.String({ description: 'Why the base cannot be read' })),
  image: Type.Optional(
    Type.Object({
      name: Type.String({ description: 'Registry and repository in full: `docker.io/library/nginx`' }),
      tag: Type.Optional(text),
      digest: Type.Optional(text),
      official: Type.Optional(Type.String({ description: 'Name of the Docker official image that it is: `nginx`' })),
    }),
  ),
});

/** Without `written` nothing in the file says who the image starts as. */
const dockerfileUserSchema = Type.Object({
  path: instruction,
  written: Type.Optional(text),
  root: Type.Optional(Type.Boolean()),
});

const packageSchema = Type.Object({
  path: instruction,
  manager: names('apk', 'apt', 'pip', 'yum', 'zypper'),
  cleaned: Type.Boolean({ description: 'Whether the layer keeps nothing of what was downloaded' }),
});

/** A program built for glibc in an image that has musl. */
const foreignBinarySchema = Type.Object({
  path: instruction,
  reason: names('built', 'c', 'dotnet', 'download', 'go', 'image', 'release', 'rust'),
  what: text,
});

export const dockerfileFactsSchema = Type.Object({
  facts: Type.Literal('v1'),
  subject: Type.Literal('dockerfile'),
  file: text,
  stages: Type.Array(dockerfileStageSchema),
  user: dockerfileUserSchema,
  packages: Type.Array(packageSchema, { description: 'Of the stages that ship' }),
  foreignBinaries: Type.Array(foreignBinarySchema),
});

export type DockerfileStageFacts = DeepReadonly<Static<typeof dockerfileStageSchema>>;
export type DockerfileUserFacts = DeepReadonly<Static<typeof dockerfileUserSchema>>;
export type PackageFacts = DeepReadonly<Static<typeof packageSchema>>;
export type ForeignBinaryFacts = DeepReadonly<Static<typeof foreignBinarySchema>>;
export type DockerfileFacts = DeepReadonly<Static<typeof dockerfileFactsSchema>>;
