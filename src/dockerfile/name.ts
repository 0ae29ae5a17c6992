const ownName =
  /(?:^|[\\/])(?:Dockerfile|Containerfile)(?:\.[A-Za-z0-9_-]+)*$|\.(?:Dockerfile|dockerfile|Containerfile)$/u;
/** Files beside Dockerfiles, and templates of them, that are none. */
const otherKind = /\.(?:dockerignore|erb|j2|json|md|sh|tmpl|tpl|txt|ya?ml)$/u;

/** Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `web.Dockerfile`, `Containerfile`. */
export function isDockerfileName(name: string): boolean {
  return ownName.test(name) && !otherKind.test(name);
}
