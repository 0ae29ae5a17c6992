import type { PackageFacts } from '../facts/dockerfile-schema.ts';
import { isMounted, listCommands } from './commands.ts';
import type { Step } from './stage.ts';

interface Manager {
  readonly name: PackageFacts['manager'];
  /** A command that downloads. */
  readonly downloads: RegExp;
  /** The same command without leaving anything behind. */
  readonly leavesNothing: RegExp;
  /** A command of the same layer that removes what was left. */
  readonly removes: RegExp;
  readonly folders: readonly string[];
}

const never = /(?!)/u;

const managers: readonly Manager[] = [
  {
    name: 'apt',
    downloads: /^(?:apt-get|apt|aptitude)\s(?:.*\s)?(?:update|install|upgrade|dist-upgrade|full-upgrade)(?:\s|$)/u,
    leavesNothing: never,
    removes: /^(?:rm|find)\s.*\/var\/(?:lib\/apt(?:\/lists)?|lib\/\*)|^(?:apt-get|apt)\s(?:.*\s)?dist-?clean(?:\s|$)/u,
    folders: ['/var/lib/apt'],
  },
  {
    name: 'apk',
    downloads: /^apk\s(?:.*\s)?(?:add|update|upgrade)(?:\s|$)/u,
    // Without the network it installs what is there.
    leavesNothing: /\s--no-(?:cache|network)(?:\s|$)/u,
    removes: /^(?:rm|find)\s.*\/var\/cache(?:\/apk|\/\*|\s|$)|^apk\s+cache\s+clean/u,
    folders: ['/var/cache/apk', '/etc/apk/cache'],
  },
  {
    name: 'yum',
    downloads: /^(?:yum|dnf|microdnf|tdnf)\s(?:.*\s)?(?:install|update|upgrade|localinstall|groupinstall)(?:\s|$)/u,
    leavesNothing: never,
    removes: /^(?:yum|dnf|microdnf|tdnf)\s(?:.*\s)?clean\s|^rm\s.*\/var\/cache(?:\/yum|\/dnf|\/libdnf|\/\*|\s|$)/u,
    folders: ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5'],
  },
  {
    name: 'zypper',
    downloads: /^zypper\s(?:.*\s)?(?:install|in|update|up|refresh|ref)(?:\s|$)/u,
    leavesNothing: never,
    removes: /^zypper\s(?:.*\s)?(?:clean|cc)(?:\s|$)|^rm\s.*\/var\/cache\/zypp/u,
    folders: ['/var/cache/zypp'],
  },
  {
    name: 'pip',
    downloads: /^(?:\S*\/)?(?:pip[0-9.]*|python[0-9.]*\s+-m\s+pip)\s(?:.*\s)?install(?:\s|$)/u,
    leavesNothing: /\s--no-cache-dir(?:\s|=|$)/u,
    removes: /^(?:rm|find)\s.*\.cache|^(?:\S*\/)?(?:pip[0-9.]*|python[0-9.]*\s+-m\s+pip)\s+cache\s+purge/u,
    folders: ['/root/.cache', '/home'],
  },
];

/** What came before in the image. */
interface Before {
  readonly hasNoPipCache: boolean;
  /** Whether an earlier layer keeps apt's lists: then a RUN that only installs adds none. */
  readonly hasAptLists: boolean;
}

const aptUpdate = /^(?:apt-get|apt|aptitude)\s(?:.*\s)?update(?:\s|$)/u;

/** Each package manager that one RUN lets download, and whether the same layer is rid of it in the end. */
export function describePackages(step: Step, path: string, before: Before): PackageFacts[] {
  const commands = listCommands(step);
  return managers.flatMap((manager) => {
    const downloads = commands.filter((command) => manager.downloads.test(command));
    if (downloads.length === 0) return [];
    const cleaned =
      downloads.every((command) => manager.leavesNothing.test(command)) ||
      commands.some((command) => manager.removes.test(command)) ||
      manager.folders.some((folder) => isMounted(step, folder)) ||
      (manager.name === 'pip' && before.hasNoPipCache) ||
      (manager.name === 'apt' && before.hasAptLists && !commands.some((command) => aptUpdate.test(command)));
    return [{ path, manager: manager.name, cleaned }];
  });
}
