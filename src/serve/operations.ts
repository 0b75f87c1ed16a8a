import type { Operation } from './operation.ts'
import { addKey } from './operations/add-key.ts'
import { addSource } from './operations/add-source.ts'
import { buildProfiles } from './operations/build-profiles.ts'
import { checkFeatures } from './operations/check-features.ts'
import { checkHealth } from './operations/check-health.ts'
import { checkModels } from './operations/check-models.ts'
import { compactStorage } from './operations/compact-storage.ts'
import { eraseProfile } from './operations/erase-profile.ts'
import { evaluateModels } from './operations/evaluate-models.ts'
import { explainProfile } from './operations/explain-profile.ts'
import { exportFeatures } from './operations/export-features.ts'
import { exportProfile } from './operations/export-profile.ts'
import { findProfiles } from './operations/find-profiles.ts'
import { getProfile } from './operations/get-profile.ts'
import { guessMapping } from './operations/guess-mapping.ts'
import { importFiles } from './operations/import-files.ts'
import { listFeatures } from './operations/list-features.ts'
import { listKeys } from './operations/list-keys.ts'
import { listModels } from './operations/list-models.ts'
import { listQuarantine } from './operations/list-quarantine.ts'
import { listSources } from './operations/list-sources.ts'
import { promoteModel, rollbackModel } from './operations/promote-model.ts'
import { removeKey } from './operations/remove-key.ts'
import { removeSource } from './operations/remove-source.ts'
import { replayQuarantine } from './operations/replay-quarantine.ts'
import { showModel } from './operations/show-model.ts'
import { showQuarantine } from './operations/show-quarantine.ts'
import { splitProfile } from './operations/split-profile.ts'
import { trainModels } from './operations/train-models.ts'
import { writeModelCard } from './operations/write-model-card.ts'
import { writeReport } from './operations/write-report.ts'

/**
 * Every operation that a server runs for the command line. Each checks its input by its own schema and alone reads its
 * own output, so what they have in common is all that is asked of them here.
 */
export const operations = [
  addKey,
  addSource,
  buildProfiles,
  checkFeatures,
  checkHealth,
  checkModels,
  compactStorage,
  eraseProfile,
  evaluateModels,
  explainProfile,
  exportFeatures,
  exportProfile,
  findProfiles,
  getProfile,
  guessMapping,
  importFiles,
  listFeatures,
  listKeys,
  listModels,
  listQuarantine,
  listSources,
  promoteModel,
  removeKey,
  removeSource,
  replayQuarantine,
  rollbackModel,
  showModel,
  showQuarantine,
  splitProfile,
  trainModels,
  writeModelCard,
  writeReport,
] as readonly Operation[]
