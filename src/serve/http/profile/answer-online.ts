import { AppError } from '../../../core/errors.ts'
import { defaultValueOf } from '../../../features/default-value.ts'
import { type FeatureDefinition, valueKindOf } from '../../../features/feature.ts'
import type { Engine } from '../../engine.ts'
import { refuseUnknownFeatures } from '../../feature-names.ts'

/** Sets of features that are asked for by one name: what people are shown, what models are given, or all. */
export const featureServices = ['people', 'models', 'all'] as const
type FeatureService = (typeof featureServices)[number]

type Status = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND'
type Column = {
  readonly values: readonly (number | string | null)[]
  readonly statuses: readonly Status[]
  readonly event_timestamps: readonly string[]
}

/**
 * The answer of Feast's feature server: a column for each of `feature_names`, the entity's first, with a cell for each
 * entity. `NOT_FOUND`: nobody is known by that id, and the value is the feature's default; `NULL_VALUE`: it is missing.
 */
type OnlineAnswer = {
  readonly metadata: { readonly feature_names: readonly string[] }
  readonly results: readonly Column[]
}

type Asked = {
  readonly features: readonly string[] | undefined
  readonly service: FeatureService | undefined
  /** Of any kind. */
  readonly ids: readonly string[]
  readonly hasFullNames: boolean
}

const entityName = 'profile_id'
/** Who asks for an entity itself is told this time, as Feast does. */
const noTime = '1970-01-01T00:00:00Z'

/** @throws AppError 'bad_input' for a feature that there is not, and unless either features or a service is named. */
export async function answerOnline(
  { profiles, living, features: shop }: Pick<Engine, 'profiles' | 'living' | 'features'>,
  { features, service, ids, hasFullNames }: Asked,
): Promise<OnlineAnswer> {
  const names = chooseNames(shop.all(), features, service)
  const people = await Promise.all(
    ids.map(async (id) => {
      const resolved = profiles.resolve(id)
      if (!('profileId' in resolved) || resolved.profileId === undefined) return undefined
      return living.readFeatures(resolved.profileId)
    }),
  )
  const columns = names.map((name): Column => {
    const definition = shop.all().find((each) => each.name === name)
    const missing = (definition && defaultValueOf(definition)) ?? null
    const values = people.map((person) =>
      person === undefined ? missing : (person.numbers[name] ?? person.labels[name] ?? null),
    )
    return {
      values,
      statuses: people.map((person, index) => statusOf(person !== undefined, values[index] ?? null)),
      event_timestamps: people.map((person) =>
        person === undefined ? noTime : new Date(person.asOfMs).toISOString(),
      ),
    }
  })
  const entity: Column = {
    values: ids,
    statuses: ids.map(() => 'PRESENT'),
    event_timestamps: ids.map(() => noTime),
  }
  const written = names.map((name) => (hasFullNames ? `profile__${name}` : name))
  return { metadata: { feature_names: [entityName, ...written] }, results: [entity, ...columns] }
}

function statusOf(isKnown: boolean, value: number | string | null): Status {
  if (!isKnown) return 'NOT_FOUND'
  return value === null ? 'NULL_VALUE' : 'PRESENT'
}

function chooseNames(
  definitions: readonly FeatureDefinition[],
  features: readonly string[] | undefined,
  service: FeatureService | undefined,
): readonly string[] {
  if ((features === undefined) === (service === undefined)) {
    throw new AppError(
      'bad_input',
      {
        en: 'either features or feature_service is to be named',
        zh: '须指定 features 或 feature_service 之一',
      },
      { where: 'body', expected: `features: [names], feature_service: ${featureServices.join(', ')}` },
    )
  }
  if (features !== undefined) {
    // Feast's clients write `view:feature`; here is one view.
    const names = features.map((name) => name.slice(name.lastIndexOf(':') + 1))
    refuseUnknownFeatures(names, { definitions, where: 'body/features', kinds: 'single' })
    return names
  }
  const isMeant = ({ audience }: FeatureDefinition) =>
    service === 'all' || audience === undefined || audience === service
  return definitions.filter((each) => isSingle(each) && isMeant(each)).map(({ name }) => name)
}

function isSingle(definition: FeatureDefinition): boolean {
  return ['number', 'label'].includes(valueKindOf(definition))
}
