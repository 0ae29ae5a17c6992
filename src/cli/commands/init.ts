import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { configNames, profileNames } from '../../config/load.ts';
import { createError } from '../../errors.ts';
import { readPackageBytes } from '../../package-files.ts';
import type { CommandContext } from '../program.ts';
import { writeFiles } from '../write-files.ts';

/** Every setting that most teams touch, as a comment: the file changes nothing until somebody edits it. */
const template = `# yaml-language-server: $schema=https://quotafit.dev/schemas/config.json
apiVersion: quotafit.dev/v1
kind: Config

# The cluster's version and the namespace of objects that name none.
# kubernetesVersion: '1.37'
# namespace: team-a

# From which level on findings fail the gate: error, warning or never.
failOn: error

# quotafit rules lists all rules, quotafit explain RULE tells about one.
rules: {}
#   images/registry-allowlist:
#     params:
#       registries: [registry.example.com/team-a]
#   resources/requests-required: warning

# Other settings for some objects.
# overrides:
#   - match: {namespace: 'sandbox-*'}
#     rules:
#       resources/limits-required: warning

# Exceptions with a reason, an owner and an end; afterwards they count as absent and warn.
# waivers:
#   - rule: images/tag-required
#     match: {kind: Deployment, name: legacy-portal}
#     reason: The vendor publishes no other tag.
#     owner: team-a@example.com
#     until: '2027-06-30'
`;

export function addInit(program: Command, { io, end }: CommandContext): void {
  program
    .command('init')
    .description('write a quotafit.yaml with comments into this folder')
    .addOption(
      new Option('--profile <name>', 'begin with a set of rules instead of the defaults').choices(profileNames),
    )
    .action(({ profile }: { readonly profile?: string }) => {
      const existing = configNames.find((name) => existsSync(join(io.cwd, name)));
      if (existing !== undefined) throw createError('QF_OUTPUT', { file: existing, problem: 'it exists already' });
      const [name] = configNames;
      const text =
        profile === undefined ? template : new TextDecoder().decode(readPackageBytes(`profiles/${profile}.yaml`));
      writeFiles([{ path: join(io.cwd, name), name, text }]);
      io.stderr.write(`wrote ${name}\n`);
      end(0);
    });
}
