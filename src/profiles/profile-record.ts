import { AppError } from '../core/errors.ts'
import type { ConsentFact } from './consent-facts.ts'
import { PlainReader } from './record/plain-reader.ts'
import { writePlain } from './record/plain-writer.ts'
import type { TraitFact } from './trait-facts.ts'

/** What is kept of one person between events. */
export type ProfileRecord = {
  readonly formatVersion: 1
  readonly profileId: string
  /** Counts the changes of this record: the tag of answers made from it. */
  readonly version: number
  /** The last entry of the journal whose events it holds; a second try of a batch skips what it holds. */
  readonly position: { readonly journalId: string; readonly sequence: number }
  /** The folded events: numbers, texts, booleans, null, lists, plain objects and Uint8Arrays. */
  readonly state: unknown
  /** Of each name and source the latest statement, those that take a fact back included. */
  readonly traits: readonly TraitFact[]
  readonly consents: readonly ConsentFact[]
  readonly updatedAtMs: number
}

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
  state: unknown,
]
type TraitRow = readonly [
  name: string,
  value: string,
  source: string,
  purpose: string,
  atMs: number,
  isOfUser: boolean,
]
type ConsentRow = readonly [category: string, isGranted: boolean, atMs: number]

/**
 * The bytes that stores keep: the number of the format, then the record as a list, both MessagePack.
 * @throws Error when the state is not plain data.
 */
export function encodeRecord(record: ProfileRecord): Buffer {
  const { profileId, version, position, updatedAtMs, traits, consents, state } = record
  const row: RowOfFormat1 = [
    profileId,
    version,
    position.journalId,
    position.sequence,
    updatedAtMs,
    traits.map((each) => [each.name, each.value, each.source, each.purpose, each.atMs, each.isOfUser]),
    consents.map((each) => [each.category, each.isGranted, each.atMs]),
    state,
  ]
  return Buffer.concat([Buffer.of(newestFormat), writePlain(row)])
}

/**
 * A record from its bytes, whichever version of the program wrote them.
 * @throws AppError 'bad_config' when a newer one did; Error when the bytes are damaged.
 */
export function decodeRecord(bytes: Uint8Array): ProfileRecord {
  const reader = new PlainReader(bytes)
  const formatVersion = reader.read()
  const row = reader.read()
  if (!reader.isAtEnd) throw new Error('the record of a profile is followed by other bytes')
  return upgradeRecord(formatVersion, row)
}

/** Each format is read by itself and becomes the next one; none is ever taken out. */
function upgradeRecord(formatVersion: unknown, row: unknown): ProfileRecord {
  if (formatVersion === 1) return readFormat1(row as RowOfFormat1)
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
    traits: traits.map(([name, value, source, purpose, atMs, isOfUser]) => ({
      ...{ name, value, source, purpose, atMs, isOfUser },
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
