/*
 * What we use of two neighbours whose own types do not fit: opa-wasm 1.10 declares `loadPolicySync` as a named export,
 * while its ES module has it on the default one only; and TypeScript keeps WebAssembly in its DOM library.
 */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
}

declare module '@open-policy-agent/opa-wasm' {
  interface LoadedPolicy {
    readonly mem: { readonly buffer: ArrayBuffer; grow(pages: number): void };
    readonly entrypoints: Readonly<Record<string, number>>;
    /** Where `data` stands in the memory, and where what is behind it begins. */
    readonly dataAddr: number;
    readonly dataHeapPtr: number;
    readonly wasmInstance: { readonly exports: WasmExports };
    setData(data: unknown): void;
  }
  interface WasmExports {
    /** @see https://www.openpolicyagent.org/docs/wasm#evaluation ABI 1.2 */
    opa_eval(
      reserved: 0,
      entrypoint: number,
      data: number,
      input: number,
      inputLength: number,
      heap: number,
      format: 0,
    ): number;
  }
  const opa: {
    loadPolicySync(
      module: WebAssembly.Module,
      memory: { readonly initial: number; readonly maximum: number },
    ): LoadedPolicy;
  };
  export default opa;
}
