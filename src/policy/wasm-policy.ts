import opa from '@open-policy-agent/opa-wasm';
import type { JsonObject, JsonValue } from '../manifest/document.ts';

/**
 * An instance keeps the memory that its largest input ever needed (3 MB of input leave 14 MiB). Above this many bytes
 * it is dropped after the call, so that one large object does not weigh on a server for good.
 */
export const instanceMemoryLimit = 4 * 1024 * 1024;

/** What a rule or an input that needs more ends with is an error, not the process. */
const memoryLimit = 512 * 1024 * 1024;

const pageBytes = 64 * 1024;
const leastPages = 5;

/** A longer input gets an instance of its own, which is gone after the call. */
const largeInput = 256 * 1024;
/**
 * What an input may need at most beside itself, in its own length: ten times that for its values, and as much again for
 * each finding on it. It is only reserved. Memory that grows page by page is asked for a thousand times, and V8 collects
 * garbage each time: 3 MB of containers then took seven times as long.
 */
const reservedTimes = 48;

/** A compiled Rego policy and the data it reads. Throws what opa-wasm throws; the next call starts on a new instance. */
export interface WasmPolicy {
  setData(data: JsonObject): void;
  /**
   * The value of the entrypoint (`main/findings`), `undefined` where Rego has none.
   * @param input - JSON
   */
  evaluate(input: string, entrypoint: string): JsonValue | undefined;
  readonly entrypoints: readonly string[];
  /** Bytes of wasm memory held now; 0 between instances. */
  memoryBytes(): number;
}

type Instance = ReturnType<typeof opa.loadPolicySync>;

/** @param memoryBytes - the most that it may take while it evaluates */
export function loadPolicy(wasm: Uint8Array<ArrayBuffer>, data: JsonObject, memoryBytes = memoryLimit): WasmPolicy {
  // Compiled once; opa-wasm takes a module as well as bytes.
  const module = new WebAssembly.Module(wasm);
  let current = data;
  let instance: Instance | null = instantiate();
  const entrypoints: readonly string[] = Object.keys(instance.entrypoints);

  function instantiate(pages = leastPages): Instance {
    const maximum = Math.floor(memoryBytes / pageBytes);
    const fresh = opa.loadPolicySync(module, { initial: Math.min(pages, maximum), maximum });
    fresh.setData(current);
    return fresh;
  }

  return {
    entrypoints,
    memoryBytes: () => instance?.mem.buffer.byteLength ?? 0,
    setData(next) {
      current = next;
      instance?.setData(next);
    },
    evaluate(input, entrypoint) {
      if (input.length > largeInput) {
        const large = instantiate(leastPages + Math.ceil((input.length * reservedTimes) / pageBytes));
        return readResult(runWithin(large, input, entrypoint, memoryBytes));
      }
      const running = (instance ??= instantiate());
      // What a throw leaves behind in the heap is not known: forget the instance until the call has come back.
      instance = null;
      const result = readResult(runWithin(running, input, entrypoint, memoryBytes));
      if (running.mem.buffer.byteLength <= instanceMemoryLimit) instance = running;
      return result;
    },
  };
}

function readResult(text: string): JsonValue | undefined {
  const results = JSON.parse(text) as readonly { readonly result: JsonValue }[];
  return results[0]?.result;
}

/** @throws what opa-wasm throws; `Error` where the memory was not enough */
function runWithin(instance: Instance, input: string, name: string, memoryBytes: number): string {
  try {
    return run(instance, input, name);
  } catch (error) {
    if (error !== 'opa_malloc: failed' && !(error instanceof RangeError)) throw error;
    throw new Error(`it needs more than ${memoryBytes / 1024 / 1024} MiB`, { cause: error });
  }
}

/**
 * What opa-wasm's `evaluate` does, with less of what costs half as much as the rules themselves: no encoder and decoder
 * of its own for each call, no copy of the input.
 * @param input - JSON
 * @returns JSON: the result set
 * @throws a string, as opa-wasm does
 */
function run({ dataAddr, dataHeapPtr, entrypoints, mem, wasmInstance }: Instance, input: string, name: string): string {
  const entrypoint = entrypoints[name];
  if (entrypoint === undefined) throw new Error(`no entrypoint ${name}`);
  const length = Buffer.byteLength(input);
  const behind = dataHeapPtr + length;
  const lacking = behind - mem.buffer.byteLength;
  if (lacking > 0) mem.grow(Math.ceil(lacking / pageBytes));
  Buffer.from(mem.buffer).write(input, dataHeapPtr);
  const result = wasmInstance.exports.opa_eval(0, entrypoint, dataAddr, dataHeapPtr, length, behind, 0);
  // The call may have grown the memory, which gives it another buffer.
  const memory = Buffer.from(mem.buffer);
  return memory.toString('utf8', result, memory.indexOf(0, result));
}
