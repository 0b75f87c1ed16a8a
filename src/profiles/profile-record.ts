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
 * A record from its bytes, whichever version of the program wrote them.
 * @throws AppError 'bad_config' when a newer one did; Error when the bytes are damaged.
 */
export function decodeRecord(bytes: Uint8Array): ProfileRecord {
  return upgradeRecord(bytes[0], () => packer.unpack(bytes.subarray(1)))
}

/** Each format is read by itself and becomes the next one; none is ever taken out. */
function upgradeRecord(formatVersion: number | undefined, read: () => unknown): ProfileRecord {
  if (formatVersion === 1) return readFormat1(read() as RowOfFormat1)
  if (typeof formatVersion === 'number' && formatVersion > newestFormat) throw isTooNew(formatVersion)
  throw new Error(`no record of a profile has the format ${String(formatVersion)}`)
}

function readFormat1(row: RowOfFormat1): ProfileRecord {
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
