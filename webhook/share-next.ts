/**
 * Lets callers who ask for the same at once share an answer. Whoever asks while a read is under way gets the one after
 * it, so that no answer is older than its question; a storm of denials costs one read at a time.
 */
export function shareNext<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const running = new Map<string, Promise<Value>>();
  const next = new Map<string, Promise<Value>>();
  const start = (key: string): Promise<Value> => {
    const reading = read(key).finally(() => {
      if (running.get(key) === reading) running.delete(key);
    });
    running.set(key, reading);
    return reading;
  };
  return (key) => {
    const current = running.get(key);
    if (current === undefined) return start(key);
    const after = (): Promise<Value> => {
      next.delete(key);
      return start(key);
    };
    const waiting = next.get(key) ?? current.then(after, after);
    next.set(key, waiting);
    return waiting;
  };
}
