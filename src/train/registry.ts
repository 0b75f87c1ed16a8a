import { AppError } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'
import type { FitRecord } from './fit-record.ts'
import { decidePromotion } from './promotion.ts'
import type { TrainedModel } from './training.ts'

const selectModels = sqlFile(import.meta.url, './sql/models.sql')
const selectModel = sqlFile(import.meta.url, './sql/model.sql')
const selectActive = sqlFile(import.meta.url, './sql/active-models.sql')
const selectVersions = sqlFile(import.meta.url, './sql/model-versions.sql')

/** `candidate`: judged, and not in use; `retired`: was in use. Of each name one is `active` at most. */
export type ModelStatus = 'candidate' | 'active' | 'retired'

/** A registered fit without its weights. */
export type ModelEntry = {
  readonly name: string
  readonly version: string
  readonly status: ModelStatus
  readonly asOf: string
  /** When its status changed last. */
  readonly registeredAt: string
  /** Undefined for a model that predicts nothing to be judged on (topics, groups). */
  readonly evaluation?: Evaluation
  /** Undefined for fits of before there were records. */
  readonly record?: FitRecord
}

export type RegisteredModel = ModelEntry & { readonly model: object }

type EntryRow = {
  readonly name: string
  readonly version: string
  readonly status: ModelStatus
  readonly as_of: string
  readonly updated_at: string
  readonly evaluation: string
  readonly record: string
}

type ModelRow = EntryRow & { readonly model: string }

/** A fit as it was registered. */
export type Registered = {
  readonly version: string
  readonly status: ModelStatus
  readonly record: FitRecord
}

export type RegisterOptions = {
  readonly asOfMs: number
  readonly now: Date
  /** Used even where it does not beat its baseline. */
  readonly isForced?: boolean
}

/**
 * Registers a fit as the active one of its name and retires the one before: for models whose use nobody has to decide on.
 */
export async function registerModel(
  database: Database,
  trained: Omit<TrainedModel, 'scores' | 'needs'>,
  options: RegisterOptions,
): Promise<void> {
  const { version } = await registerCandidate(database, trained, { ...options, isForced: true })
  await activateModel(database, version, options.now)
}

/**
 * Keeps a fit as a candidate: nobody reads it yet. A version is never written over: a fit of the same cut that came out otherwise
 * gets a number behind its name; one that came out the same is the same.
 * @returns under which version, and what is to become of it: `activateModel` makes it so, once its scores are stored.
 */
export async function registerCandidate(
  database: Database,
  trained: Omit<TrainedModel, 'scores' | 'needs'>,
  { asOfMs, now, isForced = false }: RegisterOptions,
): Promise<Registered & { readonly isPromoted: boolean }> {
  const { name, evaluation, learnedFrom } = trained
  const model = JSON.stringify(trained.model)
  const versions = await database.query<ModelRow>(selectVersions, {
    parameters: { name, prefix: trained.version },
  })
  const active = await findActive(database, name)
  const same = versions.find((each) => each.model === model)
  const { isPromoted, ...promotion } = decidePromotion(evaluation, isForced)
  const parents = [...(active === undefined ? [] : [active.version]), ...(trained.parents ?? [])]
  const record: FitRecord = {
    ...(learnedFrom && { learnedFrom }),
    parents: [...new Set(parents)],
    kind: trained.kind ?? 'fit',
    ...promotion,
  }
  if (same?.status === 'active') return { version: same.version, status: 'active', record, isPromoted }
  const version = same?.version ?? nextVersion(trained.version, versions)
  await database.insert('models', [
    {
      name,
      version,
      status: 'candidate',
      as_of: new Date(asOfMs),
      model,
      evaluation: evaluation === undefined ? '' : JSON.stringify(evaluation),
      record: JSON.stringify(record),
      updated_at: now,
    },
  ])
  return { version, status: 'candidate', record, isPromoted }
}

function nextVersion(wanted: string, taken: readonly EntryRow[]): string {
  const isFree = (version: string) => !taken.some((each) => each.version === version)
  if (isFree(wanted)) return wanted
  let number = 2
  while (!isFree(`${wanted}.${number}`)) number++
  return `${wanted}.${number}`
}

/**
 * Puts a registered fit into use and retires the one before, in one insert. It is the latest change of these rows also where the
 * clock was set back since the one before.
 * @throws AppError 'not_found' for a version that is not registered.
 */
export async function activateModel(database: Database, version: string, now: Date): Promise<void> {
  const [own] = await database.query<ModelRow>(selectModel, { parameters: { key: version } })
  if (own?.version !== version) throw unknownModel(version)
  const others = await database.query<ModelRow>(selectActive, { parameters: { name: own.name, version } })
  const changedMs = [own, ...others].map((row) => Date.parse(row.updated_at) + 1)
  const at = new Date(Math.max(now.getTime(), ...changedMs))
  const retired = others.map((row) => withStatus(row, 'retired', at))
  await database.insert('models', [withStatus(own, 'active', at), ...retired])
}

function withStatus(row: ModelRow, status: ModelStatus, now: Date): object {
  return { ...row, status, as_of: new Date(row.as_of), updated_at: now }
}

/**
 * The fit of a name that was in use before the present one.
 * @throws AppError 'not_found' when there is none.
 */
export async function findPrevious(database: Database, name: string): Promise<ModelEntry> {
  const retired = (await listModels(database)).filter(
    (each) => each.name === name && each.status === 'retired',
  )
  const [latest] = retired.toSorted((a, b) => Date.parse(b.registeredAt) - Date.parse(a.registeredAt))
  if (latest !== undefined) return latest
  throw new AppError(
    'not_found',
    {
      en: `no fit of ${name} was in use before the present one`,
      zh: `${name} 在当前版本之前没有使用过的版本`,
    },
    { wayOut: { en: '`likeness models ls` lists them.', zh: '`likeness models ls` 可列出全部模型。' } },
  )
}

/** Every registered fit, newest first. */
export async function listModels(database: Database): Promise<ModelEntry[]> {
  return (await database.query<EntryRow>(selectModels)).map(toEntry)
}

/** The fits that are in use, with their evaluations. */
export async function listActiveModels(database: Database): Promise<ModelEntry[]> {
  return (await listModels(database)).filter((entry) => entry.status === 'active')
}

/** The active fit of a name, or the one of a version; undefined when there is none. */
export async function loadModel(
  database: Database,
  nameOrVersion: string,
): Promise<RegisteredModel | undefined> {
  const [row] = await database.query<ModelRow>(selectModel, { parameters: { key: nameOrVersion } })
  return row && { ...toEntry(row), model: JSON.parse(row.model) as object }
}

/** As `loadModel`. @throws AppError 'not_found' that names what there is. */
export async function requireModel(database: Database, nameOrVersion: string): Promise<RegisteredModel> {
  const model = await loadModel(database, nameOrVersion)
  if (model !== undefined) return model
  throw unknownModel(nameOrVersion, await listActiveModels(database))
}

async function findActive(database: Database, name: string): Promise<ModelEntry | undefined> {
  const [row] = await database.query<ModelRow>(selectActive, { parameters: { name, version: '' } })
  return row && toEntry(row)
}

function unknownModel(key: string, known: readonly ModelEntry[] = []): AppError {
  return new AppError(
    'not_found',
    { en: `there is no model ${key}`, zh: `没有模型 ${key}` },
    {
      expected: known.map(({ name }) => name).join(', ') || 'a registered version',
      wayOut: { en: '`likeness models ls` lists them.', zh: '`likeness models ls` 可列出全部模型。' },
    },
  )
}

function toEntry(row: EntryRow): ModelEntry {
  return {
    name: row.name,
    version: row.version,
    status: row.status,
    asOf: row.as_of,
    registeredAt: row.updated_at,
    ...(row.evaluation === '' ? {} : { evaluation: JSON.parse(row.evaluation) as Evaluation }),
    ...(row.record === '' ? {} : { record: JSON.parse(row.record) as FitRecord }),
  }
}
