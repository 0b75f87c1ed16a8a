/** What is remembered on the shopper's device: texts by key. */
export type DeviceStore = {
  /** Neither of the two that is no text means more than the other. */
  get(key: string): string | null | undefined
  set(key: string, value: string): void
  remove(key: string): void
  keys(): readonly string[]
  /** Removes all that is ours. */
  clear(): void
}

/**
 * In localStorage, and for as long as the page stands where that is forbidden or full. Nothing is written to try it:
 * who does not want to be followed gets nothing on the device.
 */
export function createDeviceStore(): DeviceStore {
  const memory = new Map<string, string>()
  const remove = (key: string) => {
    memory.delete(key)
    attempt((storage) => storage.removeItem(key))
  }
  const keys = () => [...memory.keys(), ...(attempt(Object.keys) ?? [])]
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)),
    set(key, value) {
      memory.set(key, value)
      attempt((storage) => {
        storage.setItem(key, value)
        memory.delete(key)
      })
    },
    remove,
    keys,
    clear: () =>
      keys()
        .filter((key) => /^(likeness|ljs)-/.test(key))
        .forEach(remove),
  }
}

/** Even to name localStorage throws where a browser forbids it. */
function attempt<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(localStorage)
  } catch {
    return undefined
  }
}
