import { activityFeatures } from './definitions/activity.ts'
import { assortmentFeatures } from './definitions/assortment.ts'
import { purchaseFeatures } from './definitions/purchases.ts'
import type { FeatureDefinition } from './feature.ts'

/** Every feature of the engine, in the order in which they are shown. */
export const featureDefinitions: readonly FeatureDefinition[] = [
  ...purchaseFeatures,
  ...assortmentFeatures,
  ...activityFeatures,
]
