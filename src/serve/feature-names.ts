import { AppError } from '../core/errors.ts'
import { listFeatures } from '../features/describe-features.ts'
import { similarWords } from './similar-words.ts'

const similarCount = 3

/** `single`: those with one value for a person; what consists of shares is told as affinities. */
type Kinds = 'single' | 'any'

export function listFeatureNames(kinds: Kinds): readonly string[] {
  const features = listFeatures().filter(
    ({ valueKind }) => kinds === 'any' || valueKind === 'number' || valueKind === 'label',
  )
  return features.map(({ name }) => name)
}

/** @throws AppError 'bad_input' naming those that there are not, with the names most like them. */
export function refuseUnknownFeatures(names: readonly string[], where: string, kinds: Kinds): void {
  const known = listFeatureNames(kinds)
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
