import type { QuarantineReason } from '../../core/event.ts'
import type { DeliveryRoute } from '../delivery.ts'

/** What is known of a delivery besides its calls. */
export type EntryHead = {
  readonly route: DeliveryRoute
  readonly source: string
  readonly isHistoric: boolean
  readonly receivedAtMs: number
  /** When calls from quarantine were tried again; `receivedAtMs` is when they came. */
  readonly replayedAtMs?: number
  /** Calls, by their place, that were told before. */
  readonly repeated?: readonly number[]
  /** Calls refused for what the call alone does not tell, such as the key they came with. */
  readonly refused?: readonly RefusedCall[]
  /** The whole body is set aside: no calls could be told apart in it. */
  readonly unreadable?: { readonly reason: QuarantineReason; readonly detail: string }
}
export type RefusedCall = {
  readonly index: number
  readonly reason: QuarantineReason
  readonly detail: string
}

/** One delivery as the journal keeps it: the body byte for byte, so that a later version can read it better. */
export type JournalEntry = EntryHead & { readonly body: Uint8Array }

const formatVersion = 1

/** The format's version (1 byte), the head's length (4 bytes, little-endian), the head as JSON, the body. */
export function encodeEntry({ body, ...head }: JournalEntry): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head))
  const encoded = Buffer.allocUnsafe(5 + headBytes.length + body.length)
  encoded.writeUInt8(formatVersion, 0)
  encoded.writeUInt32LE(headBytes.length, 1)
  headBytes.copy(encoded, 5)
  encoded.set(body, 5 + headBytes.length)
  return encoded
}

/** @throws Error when the bytes are not an entry of a version known here. */
export function decodeEntry(encoded: Uint8Array): JournalEntry {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const version = bytes.readUInt8(0)
  if (version !== formatVersion)
    throw new Error(`the journal holds an entry of the unknown version ${version}`)
  const bodyAt = 5 + bytes.readUInt32LE(1)
  const head = JSON.parse(bytes.toString('utf8', 5, bodyAt)) as EntryHead
  return { ...head, body: bytes.subarray(bodyAt) }
}
