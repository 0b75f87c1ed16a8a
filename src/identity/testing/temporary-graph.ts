import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKeyValueStore } from '../../kv/key-value-store.ts'
import { createIdentityGraph, type IdentityGraph } from '../identity-graph.ts'
import { defaultIdentitySettings, type IdentitySettings } from '../identity-settings.ts'

export type TemporaryGraph = AsyncDisposable & {
  graph: IdentityGraph
  /** As after the process was started anew. */
  reopen(): Promise<void>
}

/** A graph in a folder of its own, which goes with it. */
export function openTemporaryGraph(settings: Partial<IdentitySettings> = {}): TemporaryGraph {
  const path = mkdtempSync(join(tmpdir(), 'likeness-graph-'))
  const whole = { ...defaultIdentitySettings, ...settings }
  let store = openKeyValueStore(path)
  const opened: TemporaryGraph = {
    graph: createIdentityGraph(store, whole),
    async reopen() {
      await store[Symbol.asyncDispose]()
      store = openKeyValueStore(path)
      opened.graph = createIdentityGraph(store, whole)
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      rmSync(path, { recursive: true, force: true })
    },
  }
  return opened
}
