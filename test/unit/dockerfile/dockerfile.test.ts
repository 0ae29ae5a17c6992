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
    ['Dockerfile-debian', true],
    ['Dockerfile_arm', true],
    ['app/dockerfile', true],
    ['Dockerfile.template', false],
    ['Dockerfile.jinja2', false],
    ['Dockerfile.in', false],
    ['lint/dockerfile.go', false],
    ['dockerfiles', false],
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

  it.each(['FROM a\0b', '\uFFFDPNG\n\uFFFD\n'])('says so of a binary file, and quotes nothing of it', (text) => {
    expect(parse(text).diagnostics[0]?.message).toBe('This is no Dockerfile but binary; rename it, or leave it out.');
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

  it.each<[string, string, readonly (readonly [keyword: string, text: string])[]]>([
    [
      'a byte order mark',
      '\uFEFFFROM a\nUSER b',
      [
        ['FROM', 'a'],
        ['USER', 'b'],
      ],
    ],
    [
      'directives',
      '# syntax=docker/dockerfile:1\n# check=skip=all\nFROM a\nUSER b',
      [
        ['FROM', 'a'],
        ['USER', 'b'],
      ],
    ],
    [
      'an escape directive that comes too late',
      'FROM a\n# escape=`\nRUN one \\\n two',
      [
        ['FROM', 'a'],
        ['RUN', 'one   two'],
      ],
    ],
    [
      'keywords in small letters',
      'from a as b\nuser c',
      [
        ['FROM', 'a as b'],
        ['USER', 'c'],
      ],
    ],
    [
      'a keyword in two lines',
      'FR\\\nOM a\nUS\\\nER b',
      [
        ['FROM', 'a'],
        ['USER', 'b'],
      ],
    ],
    [
      'a word in two lines',
      'FROM a\nRUN apt-\\\nget update',
      [
        ['FROM', 'a'],
        ['RUN', 'apt-get update'],
      ],
    ],
    [
      'a doubled escape, which continues nothing',
      'FROM a\nRUN echo \\\\\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', 'echo \\\\'],
        ['USER', 'b'],
      ],
    ],
    [
      'a comment that ends in an escape',
      'FROM a\nRUN one && \\\n# why \\\n  two',
      [
        ['FROM', 'a'],
        ['RUN', 'one &&    two'],
      ],
    ],
    [
      'an end in the middle',
      'FROM a\nRUN true \\\n# c\n',
      [
        ['FROM', 'a'],
        ['RUN', 'true'],
      ],
    ],
    [
      'a hash that begins no comment',
      'FROM a\nRUN b # c',
      [
        ['FROM', 'a'],
        ['RUN', 'b # c'],
      ],
    ],
    [
      'a here-document with tabs',
      'FROM a\nRUN <<-EOF\n\tUSER root\n\tEOF\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', '<<-EOF\n\tUSER root\n\tEOF'],
        ['USER', 'b'],
      ],
    ],
    [
      'a here-document with a quoted end',
      "FROM a\nRUN <<'EOF' cat\nUSER root\nEOF\nUSER b",
      [
        ['FROM', 'a'],
        ['RUN', "<<'EOF' cat\nUSER root\nEOF"],
        ['USER', 'b'],
      ],
    ],
    [
      'two here-documents',
      'FROM a\nCOPY <<x <<y /z/\nUSER root\nx\nUSER root\ny\nUSER b',
      [
        ['FROM', 'a'],
        ['COPY', '<<x <<y /z/\nUSER root\nx\nUSER root\ny'],
        ['USER', 'b'],
      ],
    ],
    [
      'a here-document for another file',
      'FROM a\nRUN cmd 3<<EOF\nUSER root\nEOF\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', 'cmd 3<<EOF\nUSER root\nEOF'],
        ['USER', 'b'],
      ],
    ],
    [
      'a here-document after continued flags',
      'FROM a\nRUN --mount=type=cache,target=/x \\\n  <<EOF\none \\\nEOF\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', '<<EOF\none \\\nEOF'],
        ['USER', 'b'],
      ],
    ],
    [
      'a here-string and a shift, which are none',
      'FROM a\nRUN cat <<<"x"; echo $((1<<2))\nUSER b',
      [
        ['FROM', 'a'],
        ['RUN', 'cat <<<"x"; echo $((1<<2))'],
        ['USER', 'b'],
      ],
    ],
    [
      'an instruction for later images',
      'FROM a\nONBUILD USER root\nUSER b',
      [
        ['FROM', 'a'],
        ['ONBUILD', 'USER root'],
        ['USER', 'b'],
      ],
    ],
    [
      'flags of a health check',
      'FROM a\nHEALTHCHECK --interval=5s --timeout=3s \\\n CMD b',
      [
        ['FROM', 'a'],
        ['HEALTHCHECK', 'CMD b'],
      ],
    ],
    [
      'quoted flags',
      'FROM --platform="linux/amd64" a\nCOPY --from="b" --link c d',
      [
        ['FROM', 'a'],
        ['COPY', 'c d'],
      ],
    ],
    [
      'an end of flags',
      'FROM a\nRUN -- --x',
      [
        ['FROM', 'a'],
        ['RUN', '--x'],
      ],
    ],
  ])('reads %s as the builder does', (_, text, expected) => {
    const { instructions, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(instructions.map((instruction) => [instruction.keyword, instruction.text])).toEqual(expected);
  });

  it.each([
    ['RUN ["a", "b"]', true],
    ['CMD ["a", \\\n "b"]', true],
    ['ENTRYPOINT []', true],
    ['RUN [ "$A" = b ] || exit 1', false],
    ["CMD ['a']", false],
    ['CMD ["a" "b"]', false],
    ['CMD ["a"] # no', false],
    ['USER ["a"]', false],
  ])('%s is a list: %s', (line, expected) => {
    expect(parse(`FROM a\n${line}`).instructions[1]?.isExec).toBe(expected);
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
    // Docker Hub has no such image: it was built on the spot.
    ['FROM app', { name: 'docker.io/library/app' }],
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
    ['apt-get update; apt-get install -y a; apt-get dist-clean', 'apt', true],
    ['apk add --no-network --virtual .run a', 'apk', true],
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

  it('apt is told of once where a later layer only installs, with the lists of the earlier one', () => {
    const { packages } = describeText('FROM a', 'RUN apt-get update', 'RUN apt-get install b', 'RUN apt update');
    expect(packages.map(({ path, cleaned }) => [path, cleaned])).toEqual([
      ['/instructions/1', false],
      ['/instructions/2', true],
      ['/instructions/3', false],
    ]);
  });

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
    ['download', ['FROM docker:27', 'ADD https://nodejs.org/dist/v22.1.0/node-v22.1.0-linux-x64.tar.xz /opt/']],
    ['download', ['FROM php:8-fpm-alpine', 'COPY vendor/h4cc/wkhtmltopdf-amd64/bin/wkhtmltopdf-amd64 /bin/']],
    ['download', ['FROM mhart/alpine-node', 'RUN npm install -g phantomjs-prebuilt@2']],
    ['download', ['FROM node:22-alpine', 'RUN npm --global i express puppeteer']],
    ['download', ['FROM node:22-alpine', 'RUN npx playwright install chromium']],
    ['download', ['FROM alpine', 'RUN . ~/.nvm/nvm.sh && nvm install 22']],
    ['download', ['FROM alpine', 'RUN curl -fsSL https://deno.land/install.sh | sh']],
    ['download', ['FROM alpine', 'ADD https://releases.hashicorp.com/nomad/1.9.0/nomad_1.9.0_linux_amd64.zip /tmp/']],
    [
      'download',
      [
        'FROM alpine AS get',
        'RUN wget https://example.com/protoc-25.1-linux-x86_64.zip',
        'FROM alpine',
        'COPY --from=get /bin/protoc /bin/',
      ],
    ],
    ['release', ['FROM elixir:1.17 AS b', 'RUN MIX_ENV=prod mix release', 'FROM alpine', 'COPY --from=b /app /app']],
    ['built', ['FROM haskell:9 AS b', 'RUN stack build --copy-bins', 'FROM alpine', 'COPY --from=b /a /a']],
    ['built', ['FROM swift:5 AS b', 'RUN swift build -c release', 'FROM alpine', 'COPY --from=b /a /a']],
    [
      'built',
      ['FROM ghcr.io/graalvm/graalvm-ce AS b', 'RUN ./gradlew nativeCompile', 'FROM alpine', 'COPY --from=b /a /a'],
    ],
    [
      'dotnet',
      [
        'FROM a/sdk:8-alpine AS b',
        'RUN dotnet publish -c R -r linux-x64',
        'FROM alpine',
        'COPY --from=b /a .',
        'CMD ["./a"]',
      ],
    ],
    ['image', ['FROM alpine', 'COPY --from=node:22 /usr/local/bin/node /usr/local/bin/']],
    ['image', ['FROM alpine', 'COPY --from=docker/compose:1.29.2 /usr/local/bin/docker-compose /bin/']],
    // A base that nobody knows, with a package manager of Debian's.
    ['rust', ['FROM x/rust AS b', 'RUN apt-get install -y a', 'RUN cargo build', 'FROM alpine', 'COPY --from=b /a /a']],
    // A small tool that knows the network.
    ['go', ['FROM golang:1 AS b', 'COPY main.go .', 'RUN go build', 'FROM alpine', 'EXPOSE 80', 'COPY --from=b /a /a']],
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
    [
      'a small tool is built',
      ['FROM golang:1 AS b', 'COPY main.go .', 'RUN go build', 'FROM alpine', 'COPY --from=b /a /a'],
    ],
    [
      'certificates are copied',
      [
        'FROM golang:1 AS b',
        'RUN go build',
        'FROM alpine',
        'COPY --from=b /etc/ssl/certs/ca-certificates.crt /etc/ssl/',
      ],
    ],
    [
      'what was downloaded stays in its stage',
      [
        'FROM golang:1 AS b',
        'RUN wget https://example.com/protoc-25.1-linux-x86_64.zip',
        'RUN CGO_ENABLED=0 go build',
        'FROM alpine',
        'COPY --from=b /app /app',
      ],
    ],
    [
      'the bundled runtime is put away',
      ['FROM alpine', 'RUN wget https://a/kibana-7-linux-x64.tgz && rm -rf /kibana/node'],
    ],
    [
      'dotnet reads the DLL',
      ['FROM a AS b', 'RUN dotnet publish -r linux-x64', 'FROM alpine', 'COPY --from=b /a .', 'CMD dotnet a.dll'],
    ],
    ['Alpine has glibc as well', ['FROM frolvlad/alpine-glibc:alpine-3', 'RUN wget https://a/a-linux-gnu.tar.gz']],
    [
      'a link to the loader is made',
      [
        'FROM alpine',
        'RUN wget https://a/a-linux-gnu.tar.gz',
        'RUN ln -s /lib/libc.musl-x86_64.so.1 /lib/ld-linux-x86-64.so.2',
      ],
    ],
    ['it chooses by what it finds', ['FROM alpine', 'RUN libc=musl; wget https://a/a-linux-gnu.tar.gz']],
    [
      'an image of static programs is copied from',
      ['FROM alpine', 'COPY --from=golang:1.24 /usr/local/go /usr/local/go'],
    ],
    ['the version is static', ['FROM alpine', 'RUN wget https://go.dev/dl/go1.24.1.linux-amd64.tar.gz']],
  ])('silent when %s', (_, lines) => {
    expect(findForeign(...lines)).toEqual([]);
  });
});
