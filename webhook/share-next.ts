/**
 * Lets callers who ask for the same at once share an answer. Whoever asks while a read is under way gets the one after
 * it, so that no answer is older than its question; a storm of denials costs one read at a time.
 * @param rest - what a read waits for after another: in it come the next questions of whoever was just answered, who
 * would else share the read after it with half as many
 */
export function shareNext<Value>(
  read: (key: string) => Promise<Value>,
  rest: () => Promise<unknown>,
): (key: string) => Promise<Value> {
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
    const known = next.get(key);
    if (known !== undefined) return known;
    const current = running.get(key);
    if (current === undefined) return start(key);
    const after = async (): Promise<Value> => {
      await rest();
      next.delete(key);
      return start(key);
    };
    const waiting = current.then(after, after);
    next.set(key, waiting);
    return waiting;
  };
}
