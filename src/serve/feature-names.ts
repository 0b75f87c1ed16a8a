import { AppError } from '../core/errors.ts'
import { type FeatureDefinition, valueKindOf } from '../features/feature.ts'
import { similarWords } from './similar-words.ts'

const similarCount = 3

/** `single`: those with one value for a person; what consists of shares is told as affinities. */
type Kinds = 'single' | 'any'

export function listFeatureNames(definitions: readonly FeatureDefinition[], kinds: Kinds): readonly string[] {
  const named = definitions.filter(
    (each) => kinds === 'any' || valueKindOf(each) === 'number' || valueKindOf(each) === 'label',
  )
  return named.map(({ name }) => name)
}

type Asked = {
  readonly definitions: readonly FeatureDefinition[]
  /** Where the names stand in what was asked. */
  readonly where: string
  readonly kinds: Kinds
}

/** @throws AppError 'bad_input' naming those that there are not, with the names most like them. */
export function refuseUnknownFeatures(names: readonly string[], { definitions, where, kinds }: Asked): void {
  const known = listFeatureNames(definitions, kinds)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const nearest = unknown.flatMap((name) => similarWords(name, known, similarCount))
  throw new AppError(
    'bad_input',
    {
      en: `there is no feature ${unknown.map((name) => `'${name}'`).join(', ')}`,
      zh: `没有特征 ${unknown.map((name) => `'${name}'`).join('、')}`,
    },
    {
      received: unknown.join(', '),
      expected: [...new Set(nearest)].join(', '),
      where,
      wayOut: {
        en: '`likeness features ls` lists them all.',
        zh: '`likeness features ls` 可列出全部特征。',
      },
    },
  )
}
