import { AppError } from '../core/errors.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { FittedModel, SavedModel } from '../models/learner.ts'
import { requireModel } from './registry.ts'

const selectParts = sqlFile(import.meta.url, './sql/model-parts.sql')

/** Keeps the parts of a fit that are bytes, before the fit comes into use. */
export async function saveParts(
  database: Database,
  version: string,
  parts: SavedModel['parts'],
  now: Date,
): Promise<void> {
  const rows = Object.entries(parts).map(([part, bytes]) => ({
    version,
    part,
    content: Buffer.from(bytes).toString('base64'),
    updated_at: now,
  }))
  await database.insert('model_parts', rows)
}

/** The parts of a version, by name; none where it has none. */
async function loadParts(database: Database, version: string): Promise<SavedModel['parts']> {
  const rows = await database.query<{ part: string; content: string }>(selectParts, {
    parameters: { version },
  })
  return Object.fromEntries(rows.map(({ part, content }) => [part, Buffer.from(content, 'base64')]))
}

/** What loads fits of one kind: `Learner.load`. */
type ModelLoader = { readonly kind: string; load(saved: SavedModel): Promise<FittedModel> }

/**
 * A registered fit, ready to answer. The registry keeps its `SavedModel` as the model's JSON, and the parts beside it.
 * @throws AppError 'not_found'; 'bad_config' for a kind that nothing here loads, a newer format or parts that are missing;
 *   'bad_input' when its features are not the given ones, naming the first that differs.
 */
export async function openFit(
  database: Database,
  key: string,
  {
    loaders,
    featureNames,
  }: { readonly loaders: readonly ModelLoader[]; readonly featureNames: readonly string[] },
): Promise<FittedModel> {
  const { version, model } = await requireModel(database, key)
  const saved = model as Partial<Omit<SavedModel, 'parts'>>
  const loader = loaders.find(({ kind }) => kind === saved.kind)
  if (loader === undefined || saved.featureNames === undefined || saved.formatVersion === undefined)
    throw new AppError(
      'bad_config',
      { en: `${version} is of a kind that cannot be loaded here`, zh: `${version} 的类型在此版本中无法加载` },
      { expected: loaders.map(({ kind }) => kind).join(', '), received: String(saved.kind) },
    )
  checkNames(version, saved.featureNames, featureNames)
  const { kind, formatVersion, card = {} } = saved
  return loader.load({
    kind: kind ?? loader.kind,
    formatVersion,
    featureNames: saved.featureNames,
    card,
    parts: await loadParts(database, version),
  })
}

function checkNames(version: string, own: readonly string[], given: readonly string[]): void {
  const index = Array.from({ length: Math.max(own.length, given.length) }).findIndex(
    (_, column) => own[column] !== given[column],
  )
  if (index === -1) return
  throw new AppError(
    'bad_input',
    {
      en: `the features are not those that ${version} was fitted on`,
      zh: `特征与 ${version} 训练时所用的不一致`,
    },
    {
      where: `column ${index}`,
      expected: own[index] ?? 'no further column',
      received: given[index] ?? 'no further column',
      wayOut: { en: 'Train it again.', zh: '请重新训练。' },
    },
  )
}
