import { watch, type FSWatcher } from 'node:fs';

export interface WatchSettings {
  /** It is looked again after this long in any case: not every file system sends events. */
  readonly pollMs: number;
  /** What changes at once is looked at once. */
  readonly settleMs: number;
}

/**
 * Calls `look` some time after anything changed in one of the folders. Folders, because what Kubernetes mounts is renewed
 * by swapping a symbolic link beside the file.
 * @param onError - of a folder that cannot be watched, which is still looked at every `pollMs`
 * @returns a function that stops watching
 */
export function watchFolders(
  folders: readonly string[],
  { pollMs, settleMs }: WatchSettings,
  look: () => void,
  onError: (error: unknown) => void,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      look();
    }, settleMs);
  };
  const watchers = [...new Set(folders)].flatMap((folder): readonly FSWatcher[] => {
    try {
      return [watch(folder, soon).on('error', onError)];
    } catch (error) {
      onError(error);
      return [];
    }
  });
  const poll = setInterval(look, pollMs);
  poll.unref();
  return () => {
    clearInterval(poll);
    if (timer !== null) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
