// What this room uses of WebAssembly, which Node has and TypeScript declares only together with all of a browser.
export interface WasmGlobal { readonly value: number }
export interface WasmMemory { readonly buffer: ArrayBuffer }
type HostFunction = (...numbers: number[]) => number | void;

interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, Record<string, HostFunction>>) => { readonly exports: object };
  Global: new () => WasmGlobal;
}
export const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
