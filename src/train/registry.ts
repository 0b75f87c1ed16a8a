import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { Evaluation } from '../evaluate/evaluation.ts'
import type { TrainedModel } from './training.ts'

const selectModels = sqlFile(import.meta.url, './sql/models.sql')
const selectModel = sqlFile(import.meta.url, './sql/model.sql')
const selectActive = sqlFile(import.meta.url, './sql/active-models.sql')

type ModelStatus = 'active' | 'retired'

/** A registered fit without its weights. */
export type ModelEntry = {
  readonly name: string
  readonly version: string
  readonly status: ModelStatus
  readonly asOf: string
  readonly registeredAt: string
  /** Undefined for a model that predicts nothing to be judged on (topics, groups). */
  readonly evaluation?: Evaluation
}

export type RegisteredModel = ModelEntry & { readonly model: object }

type EntryRow = {
  readonly name: string
  readonly version: string
  readonly status: ModelStatus
  readonly as_of: string
  readonly updated_at: string
  readonly evaluation: string
}

type ModelRow = EntryRow & { readonly model: string }

/** Registers a fit as the active one of its name and retires the one before. */
export async function registerModel(
  database: Database,
  { name, version, model, evaluation }: Omit<TrainedModel, 'scores' | 'needs'>,
  { asOfMs, now }: { readonly asOfMs: number; readonly now: Date },
): Promise<void> {
  const earlier = await database.query<ModelRow>(selectActive, { parameters: { name, version } })
  const own = {
    name,
    version,
    status: 'active',
    as_of: new Date(asOfMs),
    model: JSON.stringify(model),
    evaluation: evaluation === undefined ? '' : JSON.stringify(evaluation),
    updated_at: now,
  }
  const retired = earlier.map((row) => ({
    ...row,
    status: 'retired',
    as_of: new Date(row.as_of),
    updated_at: now,
  }))
  await database.insert('models', [own, ...retired])
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

function toEntry(row: EntryRow): ModelEntry {
  return {
    name: row.name,
    version: row.version,
    status: row.status,
    asOf: row.as_of,
    registeredAt: row.updated_at,
    ...(row.evaluation === '' ? {} : { evaluation: JSON.parse(row.evaluation) as Evaluation }),
  }
}
