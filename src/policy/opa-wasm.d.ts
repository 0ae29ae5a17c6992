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
    readonly mem: { readonly buffer: ArrayBuffer };
    readonly entrypoints: Readonly<Record<string, number>>;
    evaluate(input: unknown, entrypoint: string): unknown;
    setData(data: unknown): void;
  }
  const opa: {
    loadPolicySync(
      module: WebAssembly.Module,
      memory: { readonly initial: number; readonly maximum: number },
    ): LoadedPolicy;
  };
  export default opa;
}
