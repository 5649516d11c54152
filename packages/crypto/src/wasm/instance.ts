/** Brings an assembled module to life. */

/** The part of the interface used here; neither the language's library nor Node's types declare it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object) => { readonly exports: Record<string, unknown> }
}

/** What the module exports; compiled at once, which for kernels of this size takes about a millisecond. */
export function instantiate(module: Uint8Array<ArrayBuffer>): Record<string, unknown> {
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports
}
