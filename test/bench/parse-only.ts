/** What reading manifests costs at least: js-yaml alone on the same files, with nothing made of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll, YAML11_SCHEMA } from 'js-yaml';

let documents = 0;
let failures = 0;
for (const entry of readdirSync(process.argv[2] ?? '.', { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(?:ya?ml|json)$/iu.test(entry.name)) continue;
  try {
    documents += loadAll(readFileSync(join(entry.parentPath, entry.name), 'utf8'), { schema: YAML11_SCHEMA }).length;
  } catch {
    failures += 1;
  }
}
console.log(documents, failures);
