import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../program.ts';
import { writeFiles } from '../write-files.ts';

export function addPolicy(program: Command, { io, end }: CommandContext): void {
  const policy = program.command('policy').description('build and test your own rules');
  policy
    .command('build')
    .description('compile a folder of rules to a bundle, which needs no OPA where it is used')
    .argument('<folder>', 'where the Rego files are')
    .addOption(new Option('-o, --output <file>', 'the bundle to write').default('policy.tar.gz'))
    .action(async (folder: string, { output }: { readonly output: string }) => {
      const { compileRules } = await import('../../bundle/compile.ts');
      const { packBundle } = await import('../../bundle/bundle.ts');
      const bundle = await compileRules(resolve(io.cwd, folder));
      writeFiles([{ path: resolve(io.cwd, output), name: output, text: packBundle(bundle) }]);
      io.stdout.write(bundle.catalog.rules.map(({ id, level, title }) => `${id}  ${level}  ${title}\n`).join(''));
      io.stderr.write(`quotafit: wrote ${output}\n`);
      end(0);
    });
  policy
    .command('test')
    .description('run the tests beside the rules of a folder')
    .argument('<folder>', 'where the Rego files are')
    .action(async (folder: string) => {
      const { testRules } = await import('../../bundle/compile.ts');
      const { passed, report } = await testRules(resolve(io.cwd, folder));
      io.stdout.write(report);
      end(passed ? 0 : 1);
    });
}
