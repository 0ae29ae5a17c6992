const ownName =
  /(?:^|[\\/])(?:Dockerfile|Containerfile)(?:[-._][A-Za-z0-9_-]+)*$|(?:^|[\\/])dockerfile$|\.(?:Dockerfile|dockerfile|Containerfile)$/u;
/** Files beside Dockerfiles, and templates of them, that are none. */
const otherKind =
  /\.(?:bak|diff|dockerignore|erb|go|hbs|in|j2|jinja2?|js|json|lock|log|m4|md|mustache|orig|patch|py|rb|rst|sh|swp|template|tmpl|tpl|ts|txt|ya?ml)$/u;

/** Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `Dockerfile-debian`, `web.Dockerfile`, `dockerfile`, `Containerfile`. */
export function isDockerfileName(name: string): boolean {
  return ownName.test(name) && !otherKind.test(name);
}
