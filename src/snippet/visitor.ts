import type { DeviceStore } from './device-store.ts'
import { drawUuid } from './uuid.ts'

const deviceKey = 'likeness-id'
const userKey = 'likeness-user'
const sessionKey = 'likeness-session'
const sessionIdleMs = 1_800_000

/** Who sits before the page. Read from the device each time, since other tabs of the shop change it, too. */
export type Visitor = {
  /** The device, whose id is drawn when it is first asked for. */
  anonymousId(): string
  /** Undefined until they log in. */
  userId(): string | undefined
  /** A visit ends after half an hour without an event. */
  sessionId(): string
  become(userId: string): void
  /** The next event is somebody else's. */
  forget(): void
}

export function createVisitor(store: DeviceStore): Visitor {
  return {
    anonymousId() {
      const id = store.get(deviceKey) ?? drawUuid()
      store.set(deviceKey, id)
      return id
    },
    userId: () => store.get(userKey) ?? undefined,
    sessionId() {
      const nowMs = Date.now()
      const [lastMs, known = ''] = (store.get(sessionKey) ?? '').split(' ')
      const id = nowMs - Number(lastMs) < sessionIdleMs ? known : drawUuid()
      store.set(sessionKey, `${nowMs} ${id}`)
      return id
    },
    become: (userId) => store.set(userKey, userId),
    forget: () => [deviceKey, userKey, sessionKey].forEach(store.remove),
  }
}
