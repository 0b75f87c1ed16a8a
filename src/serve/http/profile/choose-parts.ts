import { AppError } from '../../../core/errors.ts'
import type { FeatureDefinition } from '../../../features/feature.ts'
import type { Profile } from '../../../profiles/profile.ts'
import { refuseUnknownFeatures } from '../../feature-names.ts'

const parts = {
  version: ['version'],
  freshness: ['freshness'],
  consents: ['consents'],
  orderCount: ['orderCount'],
  spend: ['spend'],
  country: ['country'],
  identities: ['identities'],
  traits: ['traits'],
  features: ['features'],
  affinities: ['affinities'],
  interestGroup: ['interestGroup'],
  scores: ['needs', 'topNeeds', 'propensities', 'lifetime'],
  'scores.needs': ['needs'],
  'scores.topNeeds': ['topNeeds'],
  'scores.propensities': ['propensities'],
  'scores.lifetime': ['lifetime'],
} as const satisfies Record<string, readonly (keyof Profile)[]>
type Field = keyof typeof parts

/** The parts of a profile that can be chosen; `id` and `asOf` always come. */
export const profileFields = Object.keys(parts).filter(isField)

/** Undefined: all. Features that are named come whether or not `features` is among the fields. */
export type Choice = { readonly fields?: readonly Field[]; readonly features?: readonly string[] }
export type ChosenProfile = Pick<Profile, 'id' | 'asOf'> & Partial<Profile>

type Wish = {
  readonly fields?: readonly string[] | undefined
  readonly features?: readonly string[] | undefined
}

/** @throws AppError 'bad_input' for a part or a feature that there is not, naming those that there are. */
export function parseChoice({ fields, features }: Wish, definitions: readonly FeatureDefinition[]): Choice {
  const unknown = fields?.filter((field) => !isField(field)) ?? []
  if (unknown.length > 0) {
    throw new AppError(
      'bad_input',
      {
        en: `a profile has no part ${unknown.map((name) => `'${name}'`).join(', ')}`,
        zh: `画像没有 ${unknown.map((name) => `'${name}'`).join('、')} 部分`,
      },
      { received: unknown.join(', '), expected: profileFields.join(', '), where: 'fields' },
    )
  }
  if (features !== undefined)
    refuseUnknownFeatures(features, { definitions, where: 'features', kinds: 'single' })
  return {
    ...(fields !== undefined && { fields: fields.filter(isField) }),
    ...(features !== undefined && { features }),
  }
}

/** The chosen parts in the order in which a profile has them. */
export function chooseParts(profile: Profile, { fields, features }: Choice): ChosenProfile {
  if (fields === undefined && features === undefined) return profile
  const keys = new Set<string>((fields ?? []).flatMap((field) => parts[field]))
  if (features !== undefined) keys.add('features')
  const { id, asOf, ...rest } = profile
  const kept: Partial<Profile> = Object.fromEntries(Object.entries(rest).filter(([key]) => keys.has(key)))
  if (features === undefined) return { id, asOf, ...kept }
  const named = Object.entries(profile.features).filter(([name]) => features.includes(name))
  return { id, asOf, ...kept, features: Object.fromEntries(named) }
}

function isField(word: string): word is Field {
  return Object.hasOwn(parts, word)
}
