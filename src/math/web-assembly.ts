/** Memory that threads share, addressed by byte. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer; grow(pages: number): number }

/** A compiled module; can be sent to another thread. */
export type CompiledModule = object

/** What is used of WebAssembly: its types stand in the library of browsers, which the engine is compiled without. */
type Api = {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => CompiledModule
  readonly Instance: new (
    module: CompiledModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: unknown }
}

export const webAssembly: Api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly
