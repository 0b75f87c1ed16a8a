import { Packr } from 'msgpackr'
import { AppError } from '../core/errors.ts'
import type { PackedState } from '../features/live-state.ts'
import type { ConsentFact } from './consent-facts.ts'
import type { TraitFact } from './trait-facts.ts'

/** What is kept of one person between events. */
export type ProfileRecord = {
  readonly formatVersion: 1
  readonly profileId: string
  /** Counts the changes of this record: the tag of answers made from it. */
  readonly version: number
  /** The last entry of the journal whose events it holds; a second try of a batch skips what it holds. */
  readonly position: { readonly journalId: string; readonly sequence: number }
  /** The folded events (features/live-state.ts). */
  readonly state: PackedState
  /** Of each name and source the latest statement, those that take a fact back included. */
  readonly traits: readonly TraitFact[]
  readonly consents: readonly ConsentFact[]
  readonly updatedAtMs: number
}

/** Plain MessagePack, without the extension for records, so that any reader of it reads them. */
const packer = new Packr({ useRecords: false, copyBuffers: true })

/** The format that is written; older ones are read for ever. */
const newestFormat = 1

type RowOfFormat1 = readonly [
  profileId: string,
  version: number,
  journalId: string,
  sequence: number,
  updatedAtMs: number,
  traits: readonly TraitRow[],
  consents: readonly ConsentRow[],
  state: PackedState,
]
type TraitRow = readonly [
  name: string,
  value: string,
  source: string,
  purpose: string,
  atMs: number,
  isOfUser: boolean,
  id: string,
]
type ConsentRow = readonly [category: string, isGranted: boolean, atMs: number]

/**
 * The bytes that stores keep: the number of the format, then the record as a list, both MessagePack.
 */
export function encodeRecord(record: ProfileRecord): Buffer {
  const { profileId, version, position, updatedAtMs, traits, consents, state } = record
  const row: RowOfFormat1 = [
    profileId,
    version,
    position.journalId,
    position.sequence,
    updatedAtMs,
    traits.map((each) => [
      each.name,
      each.value,
      each.source,
      each.purpose,
      each.atMs,
      each.isOfUser,
      each.id,
    ]),
    consents.map((each) => [each.category, each.isGranted, each.atMs]),
    state,
  ]
  return Buffer.concat([Buffer.of(newestFormat), packer.pack(row)])
}

/**
 * A record from its bytes, whichever version of the program wrote them; undefined where they are damaged, as the history
 * says again what they said.
 * @throws AppError 'bad_config' when a newer one did.
 */
export function decodeRecord(bytes: Uint8Array): ProfileRecord | undefined {
  const [formatVersion = 0] = bytes
  if (formatVersion > newestFormat) throw isTooNew(formatVersion)
  // Each format is read by itself and becomes the next one; none is ever taken out.
  return formatVersion === 1 ? readFormat1(unpack(bytes.subarray(1))) : undefined
}

/** Undefined for bytes that are no MessagePack: the library tells by throwing, in words and kinds of its own. */
function unpack(bytes: Uint8Array): unknown {
  try {
    return packer.unpack(bytes)
  } catch {
    return undefined
  }
}

function readFormat1(row: unknown): ProfileRecord | undefined {
  if (!isOfFormat1(row)) return undefined
  const [profileId, version, journalId, sequence, updatedAtMs, traits, consents, state] = row
  return {
    formatVersion: 1,
    profileId,
    version,
    position: { journalId, sequence },
    state,
    traits: traits.map(([name, value, source, purpose, atMs, isOfUser, id]) => ({
      ...{ name, value, source, purpose, atMs, isOfUser, id },
    })),
    consents: consents.map(([category, isGranted, atMs]) => ({ category, isGranted, atMs })),
    updatedAtMs,
  }
}

function isOfFormat1(row: unknown): row is RowOfFormat1 {
  if (!Array.isArray(row) || row.length !== 8) return false
  const [profileId, version, journalId, sequence, updatedAtMs, traits, consents] = row as unknown[]
  const isText = [profileId, journalId].every((each) => typeof each === 'string')
  const isNumber = [version, sequence, updatedAtMs].every(Number.isFinite)
  return isText && isNumber && Array.isArray(traits) && Array.isArray(consents)
}

function isTooNew(formatVersion: number): AppError {
  return new AppError(
    'bad_config',
    {
      en: `the profiles were written by a newer version: a record has the format ${formatVersion}`,
      zh: `画像由更新的版本写入：存在格式为 ${formatVersion} 的记录`,
    },
    {
      expected: `1..${newestFormat}`,
      received: String(formatVersion),
      wayOut: {
        en: 'Run the version of Likeness that wrote them, or a newer one.',
        zh: '请使用写入这些画像的版本或更新的版本。',
      },
    },
  )
}
