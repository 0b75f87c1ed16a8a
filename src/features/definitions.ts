import { activityFeatures } from './definitions/activity.ts'
import { assortmentFeatures } from './definitions/assortment.ts'
import { basicFeatures } from './definitions/basics.ts'
import { opinionFeatures } from './definitions/opinions.ts'
import { purchaseFeatures } from './definitions/purchases.ts'
import { visitFeatures } from './definitions/visits.ts'
import type { FeatureDefinition } from './feature.ts'

/** Every feature of the engine, in the order in which they are shown. */
export const featureDefinitions: readonly FeatureDefinition[] = [
  ...basicFeatures,
  ...purchaseFeatures,
  ...assortmentFeatures,
  ...visitFeatures,
  ...activityFeatures,
  ...opinionFeatures,
]
