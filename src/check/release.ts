import { decodeBytes } from '../manifest/decode.ts';
import { isDockerfileName } from '../dockerfile/name.ts';
import type { Diagnostic, KubernetesObject, SourceFile } from '../manifest/document.ts';
import { listObjects } from '../manifest/objects.ts';
import type { JudgedDockerfile } from './dockerfile.ts';
import { readBareKustomization } from './kustomization.ts';
import type { Kustomized } from './kustomize-release.ts';
import { findOversize } from './oversize.ts';

/** Everything that one run was given, decoded: what is judged, and what could not be read. */
export interface Release {
  readonly objects: readonly KubernetesObject[];
  /** What is known beside them and not judged itself: quotas and limit ranges of the repository, neighbours, bare kustomizations. */
  readonly context: readonly KubernetesObject[];
  readonly dockerfiles: readonly JudgedDockerfile[];
  /** Folders of the input that hold images in OCI layout, as reports print them. */
  readonly layouts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Text of each file by its name; those that could not be had are among `files` only. */
  readonly texts: ReadonlyMap<string, string>;
  readonly files: number;
  readonly documents: number;
  /** Documents that are no Kubernetes objects. */
  readonly skipped: number;
  /** What kustomizations among them say; absent where there is none, or nobody looked. */
  readonly kustomized?: ReadonlyMap<KubernetesObject, Kustomized>;
}

export interface ReleaseReader {
  readonly addFile: (name: string, bytes: Uint8Array) => void;
  /** For what is known and not judged; faults of it are nobody's concern here. */
  readonly addContext: (name: string, bytes: Uint8Array) => void;
  /** For a file that could not be had: it counts as one all the same. */
  readonly addUnread: (diagnostic: Diagnostic) => void;
  readonly addLayout: (name: string) => void;
  readonly finish: () => Promise<Release>;
}

/** Collects a release file by file, so that whoever reads the files may show how far that is. */
export function createReleaseReader(): ReleaseReader {
  const objects: KubernetesObject[] = [];
  const context: KubernetesObject[] = [];
  const diagnostics: Diagnostic[] = [];
  const texts = new Map<string, string>();
  const dockerfiles: SourceFile[] = [];
  const layouts: string[] = [];
  let unread = 0;
  let documents = 0;
  let skipped = 0;
  return {
    addFile: (name, bytes) => {
      if (isDockerfileName(name)) {
        const file = { name, text: new TextDecoder().decode(bytes) };
        texts.set(name, file.text);
        dockerfiles.push(file);
        return;
      }
      const decoded = decodeBytes(name, bytes);
      texts.set(name, decoded.file.text);
      diagnostics.push(...decoded.diagnostics);
      for (const document of decoded.documents) {
        documents += 1;
        const listed = listObjects(document);
        const kept = listed.objects.filter((object) => !isOwn(object));
        for (const object of kept) {
          objects.push(object);
          const oversize = bytes.byteLength > 1024 ** 2 ? findOversize(object) : null;
          if (oversize !== null) diagnostics.push(oversize);
        }
        const kustomization = readBareKustomization(document);
        if (kustomization !== null) context.push(kustomization);
        skipped += listed.objects.length - kept.length;
        diagnostics.push(...listed.diagnostics);
        skipped += listed.skipped;
      }
    },
    addContext: (name, bytes) => {
      if (isDockerfileName(name)) return;
      for (const document of decodeBytes(name, bytes).documents) {
        const kustomization = readBareKustomization(document);
        context.push(...(kustomization === null ? listObjects(document).objects : [kustomization]));
      }
    },
    addUnread: (diagnostic) => {
      unread += 1;
      diagnostics.push(diagnostic);
    },
    addLayout: (name) => {
      layouts.push(name);
    },
    finish: async () => {
      const read = await readDockerfiles(dockerfiles);
      return {
        objects,
        context,
        dockerfiles: read,
        layouts,
        diagnostics: [...diagnostics, ...read.flatMap((dockerfile) => dockerfile.diagnostics)],
        texts,
        files: texts.size + unread,
        documents,
        skipped,
      };
    },
  };
}

/** quotafit's own files, configs and baselines, look like objects and are none that a cluster takes. */
function isOwn({ apiVersion }: KubernetesObject): boolean {
  return apiVersion.startsWith('quotafit.dev/');
}

/** The parser of Dockerfiles is large, and most releases have none. */
async function readDockerfiles(files: readonly SourceFile[]): Promise<readonly JudgedDockerfile[]> {
  if (files.length === 0) return [];
  const { readDockerfile } = await import('./dockerfile.ts');
  return files.map(readDockerfile);
}
