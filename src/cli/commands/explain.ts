import type { Command } from 'commander';
import { createError } from '../../errors.ts';
import type { RuleEntry } from '../../policy/catalog.ts';
import type { CommandContext } from '../program.ts';
import { readCatalog } from '../../built-in-rules.ts';

export function addExplain(program: Command, { io, end }: CommandContext): void {
  program
    .command('explain')
    .description('tell what a rule finds, why, and how it can be set')
    .argument('<rule>', 'its id, as findings name it')
    .action(async (id: string) => {
      const { rules } = readCatalog();
      const rule = rules.find((entry) => entry.id === id);
      if (rule === undefined) {
        const { suggest } = await import('../../config/suggest.ts');
        const ids = rules.map((entry) => entry.id);
        throw createError('QF_RULE_UNKNOWN', {
          rule: id,
          suggestion: suggest(id, ids) || '; quotafit rules lists them',
        });
      }
      io.stdout.write(printRule(rule));
      end(0);
    });
}

function printRule({ id, level, title, description, lesson, params, urls }: RuleEntry): string {
  const names = Object.keys(params).toSorted();
  const settings = names.flatMap((name) => {
    const param = params[name];
    return param === undefined
      ? []
      : [`  ${name}: ${param.description}`, `    default: ${JSON.stringify(param.default)}`];
  });
  const sections = [
    [`${id}: ${title}`, `Level: ${level}`],
    [description],
    ...(lesson === '' ? [] : [['Lesson:', `  ${lesson}`]]),
    ...(settings.length === 0 ? [] : [['Parameters:', ...settings]]),
    ['In quotafit.yaml:', ...printExample(id, level, params)],
    ...(urls.length === 0 ? [] : [['See also:', ...urls.map((url) => `  ${url}`)]]),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function printExample(id: string, level: RuleEntry['level'], params: RuleEntry['params']): readonly string[] {
  const wanted = level === 'off' ? 'warning' : level;
  const [name] = Object.keys(params).toSorted();
  if (name === undefined) return ['  rules:', `    ${id}: ${wanted}`];
  const value = JSON.stringify(params[name]?.default);
  return ['  rules:', `    ${id}:`, `      level: ${wanted}`, '      params:', `        ${name}: ${value}`];
}
