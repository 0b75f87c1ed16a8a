import type { Bilingual } from '../core/language.ts'
import type { ModelCardData } from '../evaluate/model-card.ts'
import { describeColumn } from '../features/describe-features.ts'
import { loadModelChecks } from '../train/check-models.ts'
import { type ModelStatus, requireModel } from '../train/registry.ts'
import type { Engine } from './engine.ts'

const statusWords: Readonly<Record<ModelStatus, Bilingual>> = {
  active: { en: 'in use', zh: '使用中' },
  candidate: { en: 'candidate, not in use', zh: '候选，未使用' },
  retired: { en: 'retired', zh: '已停用' },
}

/** What there is to tell of a fit. @throws AppError 'not_found'. */
export async function loadModelCard(
  { database, config }: Pick<Engine, 'database' | 'config'>,
  key: string,
): Promise<ModelCardData> {
  const { name, version, status, asOf, registeredAt, evaluation, record } = await requireModel(database, key)
  const health = (await loadModelChecks(database)).get(version)
  const told = [
    ...(evaluation?.drivers ?? []),
    ...(evaluation?.importances ?? []),
    ...(evaluation?.dependence ?? []),
  ]
  return {
    name,
    version,
    status: statusWords[status],
    asOf,
    registeredAt,
    parents: record?.parents ?? [],
    ...(record && { reason: record.reason }),
    ...(record?.learnedFrom && {
      rowCount: record.learnedFrom.rowCount,
      featureCount: record.learnedFrom.featureNames.length,
      checksum: record.learnedFrom.checksum,
    }),
    ...(evaluation && { evaluation }),
    ...(health && { health }),
    featureNames: Object.fromEntries(told.map(({ feature }) => [feature, describeColumn(feature).meaning])),
    timeZone: config.timeZone,
  }
}
