import type { EventEmitter } from 'node:events'

/** One end of a line to another process: what is sent arrives whole, in order and as a copy. */
export type MessageLine = {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once when the other process is gone or this end was closed. */
  onClose(listener: () => void): void
  /** Nothing more is heard here; the other end goes on until its process does. */
  close(): void
}

/** What is used of a process that was forked and, in that process, of `process`; both want `serialization: 'advanced'`. */
type OtherProcess = EventEmitter & {
  readonly connected: boolean
  send?: ((message: object, handle: undefined, options: undefined, done: () => void) => boolean) | undefined
}

/** One of several lines over the channel between a process and the one that forked it; the topic keeps them apart. */
export function createProcessLine(other: OtherProcess, topic: string): MessageLine {
  const listeners: ((message: unknown) => void)[] = []
  const closeListeners: (() => void)[] = []
  const hear = (envelope: { readonly topic: string; readonly message: unknown }) => {
    if (envelope.topic === topic) for (const listener of listeners) listener(envelope.message)
  }
  const close = () => {
    other.off('message', hear)
    other.off('disconnect', close)
    for (const listener of closeListeners.splice(0)) listener()
  }
  other.on('message', hear)
  other.on('disconnect', close)
  return {
    // To whom is gone nothing can be sent; `onClose` tells of it.
    send: (message) => {
      if (other.connected) other.send?.({ topic, message }, undefined, undefined, () => undefined)
    },
    onMessage: (listener) => listeners.push(listener),
    onClose: (listener) => closeListeners.push(listener),
    close,
  }
}
