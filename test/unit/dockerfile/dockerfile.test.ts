import { describe, expect, it } from 'vitest';
import { describeDockerfile } from '../../../src/dockerfile/describe.ts';
import { isDockerfileName } from '../../../src/dockerfile/name.ts';
import { parseDockerfile } from '../../../src/dockerfile/parse.ts';
import { readAssignments } from '../../../src/dockerfile/variables.ts';
import type { DockerfileFacts } from '../../../src/facts/schema.ts';

function parse(text: string) {
  return parseDockerfile({ name: 'Dockerfile', text });
}

function describeText(...lines: readonly string[]): DockerfileFacts {
  const { instructions, diagnostics } = parse(lines.join('\n'));
  expect(diagnostics).toEqual([]);
  return describeDockerfile('Dockerfile', instructions);
}

describe('isDockerfileName', () => {
  it.each([
    ['Dockerfile', true],
    ['app/Dockerfile', true],
    ['Dockerfile.dev', true],
    ['Dockerfile.linux-arm64', true],
    ['web.Dockerfile', true],
    ['web.dockerfile', true],
    ['Containerfile', true],
    ['.dockerignore', false],
    ['Dockerfile.dockerignore', false],
    ['Dockerfile.md', false],
    ['Dockerfile.j2', false],
    ['Dockerfile.yaml', false],
    ['MyDockerfile', false],
    ['docker/compose.yaml', false],
  ])('%s: %s', (name, expected) => {
    expect(isDockerfileName(name)).toBe(expected);
  });
});

describe('parseDockerfile', () => {
  it.each([
    ['is binary', 'FROM a\0b'],
    ['is empty', ''],
    ['has no FROM', 'RUN true'],
    ['has an instruction that there is not', 'FROM a\nINSTALL b'],
    ['is larger than any', `FROM a\n${'# long\n'.repeat(200_000)}`],
  ])('a file that %s is a diagnostic and no instructions', (_, text) => {
    const { instructions, diagnostics } = parse(text);
    expect(instructions).toEqual([]);
    expect(diagnostics).toMatchObject([{ level: 'error', file: 'Dockerfile', column: 1 }]);
  });

  it('names the line of an instruction that there is not', () => {
    expect(parse('FROM a\n\nINSTALL b').diagnostics[0]?.line).toBe(3);
  });

  it('joins continued lines, without comments and empty lines between them, whatever the line ends', () => {
    const { instructions } = parse('FROM a\r\nRUN one && \\\r\n  # why\r\n\r\n  two\r\nUSER b\r\n');
    expect(instructions.map(({ keyword, text }) => [keyword, text])).toEqual([
      ['FROM', 'a'],
      ['RUN', 'one &&    two'],
      ['USER', 'b'],
    ]);
  });

  it('follows the escape directive', () => {
    const { instructions } = parse('# escape=`\nFROM a\nRUN one `\n  two\n');
    expect(instructions[1]?.text).toBe('one    two');
  });

  it('keeps the lines of a here-document, and finds no instructions in it', () => {
    const { instructions } = parse('FROM a\nRUN <<EOF\napt-get update\nUSER root\nEOF\nUSER b');
    expect(instructions.map(({ keyword }) => keyword)).toEqual(['FROM', 'RUN', 'USER']);
    expect(instructions[1]?.text).toBe('<<EOF\napt-get update\nUSER root\nEOF');
  });

  it('reads flags apart from the text, and a flag that comes twice', () => {
    const { instructions } = parse(
      'FROM --platform=linux/amd64 a\nRUN --mount=type=cache,target=/x --mount=type=secret,id=y pip install z',
    );
    expect(instructions[1]?.text).toBe('pip install z');
    expect(instructions[1]?.flags.get('mount')).toBe('type=cache,target=/x type=secret,id=y');
  });

  it('gives the place of an instruction with all its lines', () => {
    expect(parse('FROM a\nRUN b \\\n  c').instructions[1]?.place).toEqual({
      line: 2,
      column: 1,
      endLine: 3,
      endColumn: 4,
    });
  });
});

it.each([
  ['ARG', 'A=1', [['A', '1']]],
  ['ARG', 'A', [['A', null]]],
  [
    'ENV',
    'A=1 B="x y" C=\'z\'',
    [
      ['A', '1'],
      ['B', 'x y'],
      ['C', 'z'],
    ],
  ],
  ['ENV', 'A x y', [['A', 'x y']]],
])('%s %s assigns', (keyword, text, expected) => {
  expect(readAssignments(keyword, text)).toEqual(expected);
});

describe('stages', () => {
  it('fill in arguments from before the first FROM, with defaults and within each other', () => {
    const { stages } = describeText(
      'ARG V=3.20',
      'ARG BASE=alpine:${V}',
      'FROM ${BASE} AS one',
      'FROM ${OTHER:-debian}:12',
    );
    expect(stages.map(({ base }) => base)).toEqual(['alpine:3.20', 'debian:12']);
  });

  it('know what only the build knows', () => {
    expect(describeText('ARG BASE', 'FROM ${BASE}').stages[0]).toMatchObject({ base: '${BASE}', open: true });
  });

  it('build on each other by name, in any case, and only what the last one builds on ships', () => {
    const { stages } = describeText('FROM golang:1 AS Build', 'FROM alpine:3 AS base', 'FROM BASE');
    expect(stages.map(({ ships, final, stage }) => [ships, final, stage])).toEqual([
      [false, false, undefined],
      [true, false, undefined],
      [true, true, 1],
    ]);
  });

  it.each([
    ['FROM nginx', { name: 'docker.io/library/nginx', official: 'nginx' }],
    [
      'FROM public.ecr.aws/docker/library/node:22',
      { name: 'public.ecr.aws/docker/library/node', official: 'node', tag: '22' },
    ],
    ['FROM registry.example.com:5000/a/b:1', { name: 'registry.example.com:5000/a/b', tag: '1' }],
  ])('%s', (line, image) => {
    expect(describeText(line).stages[0]?.image).toEqual(image);
  });
});

describe('the user', () => {
  it.each([
    [['FROM a', 'USER 1000:0'], { written: '1000:0', root: false }],
    [['FROM a', 'USER 0'], { written: '0', root: true }],
    [['FROM a', 'USER app', 'USER root'], { written: 'root', root: true }],
    [['FROM a AS base', 'USER app', 'FROM base'], { written: 'app', root: false }],
    [['FROM a', 'ARG U=app', 'USER ${U}'], { written: 'app', root: false }],
    [['FROM a', 'USER $APP_UID'], { written: '$APP_UID', root: false }],
  ])('of %j', (lines, user) => {
    expect(describeText(...lines).user).toMatchObject(user);
  });

  it('is not known where nothing says it, and of a stage that does not ship', () => {
    expect(describeText('FROM a AS build', 'USER app', 'FROM b').user).toEqual({ path: '/instructions/2' });
  });
});

describe('package caches', () => {
  it.each([
    ['apt-get update && apt-get install -y a', 'apt', false],
    ['apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*', 'apt', true],
    ['apt-get update && apt-get install -y a && apt-get clean', 'apt', false],
    ['sudo apt-get -y install a && sudo rm -rf /var/lib/apt/lists/*', 'apt', true],
    ['DEBIAN_FRONTEND=noninteractive apt-get install -y a', 'apt', false],
    ['--mount=type=cache,target=/var/lib/apt apt-get install -y a', 'apt', true],
    ['["apt-get", "install", "a"]', 'apt', false],
    ['<<EOF\napt-get update\nrm -rf /var/lib/apt/lists/*\nEOF', 'apt', true],
    ['apk add --no-cache a', 'apk', true],
    ['apk --no-cache add a', 'apk', true],
    ['apk update && apk add a', 'apk', false],
    ['apk add a && rm -rf /var/cache/apk/*', 'apk', true],
    ['yum install -y a', 'yum', false],
    ['dnf install -y a && dnf clean all', 'yum', true],
    ['zypper install -y a && zypper clean', 'zypper', true],
    ['pip install a', 'pip', false],
    ['python3 -m pip install --no-cache-dir a', 'pip', true],
  ])('RUN %s', (run, manager, cleaned) => {
    expect(describeText('FROM a', `RUN ${run}`).packages).toEqual([{ path: '/instructions/1', manager, cleaned }]);
  });

  it.each([['echo apt-get install'], ['npm ci'], ['uv pip install --no-cache a'], ['pip --version']])(
    'RUN %s downloads nothing that is looked at',
    (run) => {
      expect(describeText('FROM a', `RUN ${run}`).packages).toEqual([]);
    },
  );

  it('PIP_NO_CACHE_DIR holds for what follows it', () => {
    const { packages } = describeText('FROM a', 'ENV PIP_NO_CACHE_DIR=1', 'RUN pip install a');
    expect(packages.map(({ cleaned }) => cleaned)).toEqual([true]);
  });

  it('a stage that only builds is not looked at', () => {
    expect(describeText('FROM a AS build', 'RUN apt-get install b', 'FROM c').packages).toEqual([]);
  });
});

function findForeign(...lines: readonly string[]): readonly string[] {
  return describeText(...lines).foreignBinaries.map(({ reason }) => reason);
}

describe('programs without their C library', () => {
  it.each([
    ['go', ['FROM golang:1.24 AS b', 'RUN go build -o /a .', 'FROM alpine:3', 'COPY --from=b /a /a']],
    ['go', ['FROM golang:1.24', 'RUN go install .', 'FROM alpine', 'COPY --from=0 /go/bin/a /a']],
    ['rust', ['FROM rust:1 AS b', 'RUN cargo build --release', 'FROM alpine:3', 'COPY --from=b /a /a']],
    ['c', ['FROM debian:12 AS b', 'RUN gcc -o /a a.c', 'FROM alpine:3', 'COPY --from=b /a /a']],
    ['download', ['FROM alpine:3', 'RUN curl -LO https://example.com/a-x86_64-unknown-linux-gnu.tar.gz']],
  ])('%s: %j', (reason, lines) => {
    expect(findForeign(...lines)).toEqual([reason]);
  });

  it.each([
    ['cgo is off', ['FROM golang:1 AS b', 'RUN CGO_ENABLED=0 go build', 'FROM alpine', 'COPY --from=b /a /a']],
    [
      'cgo is off for all',
      ['FROM golang:1 AS b', 'ENV CGO_ENABLED 0', 'RUN go build', 'FROM alpine', 'COPY --from=b /a /a'],
    ],
    ['it is built on Alpine', ['FROM golang:1-alpine AS b', 'RUN go build', 'FROM alpine', 'COPY --from=b /a /a']],
    [
      'it is linked statically',
      ['FROM rust:1 AS b', 'RUN cargo build --target x86_64-unknown-linux-musl', 'FROM alpine', 'COPY --from=b /a /a'],
    ],
    [
      'the loader is installed',
      ['FROM golang:1 AS b', 'RUN go build', 'FROM alpine', 'RUN apk add libc6-compat', 'COPY --from=b /a /a'],
    ],
    ['the image has glibc', ['FROM golang:1 AS b', 'RUN go build', 'FROM debian:12', 'COPY --from=b /a /a']],
    ['nothing is compiled', ['FROM node:22 AS b', 'RUN npm run build', 'FROM nginx:alpine', 'COPY --from=b /a /a']],
    ['it is the musl build', ['FROM alpine', 'RUN wget https://example.com/a-x86_64-unknown-linux-musl.tar.gz']],
  ])('silent when %s', (_, lines) => {
    expect(findForeign(...lines)).toEqual([]);
  });
});
