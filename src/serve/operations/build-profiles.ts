import { z } from 'zod'
import { throwIfStopped } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { loadTextVersion } from '../../events/text-readings.ts'
import { saveFeatures } from '../../features/save-features.ts'
import { squashOverrides } from '../../identity/squash-overrides.ts'
import { createRandom } from '../../math/random.ts'
import { loadPopulation } from '../../profiles/population.ts'
import { type Reconciliation, reconcileProfiles } from '../../profiles/reconcile-profiles.ts'
import { type LearnedSentiment, trainSentiment } from '../../train/train-sentiment.ts'
import { type ReadTexts, trainTextReadings } from '../../train/train-text-readings.ts'
import { trainTopics } from '../../train/train-topics.ts'
import { chooseCut } from '../choose-cut.ts'
import type { Operation, OperationContext } from '../operation.ts'
import { formatCount, pick } from '../render.ts'

type Built = {
  readonly asOf: string
  readonly profileCount: number
  readonly customerCount: number
  readonly orderCount: number
  readonly topics: readonly {
    readonly tag: string
    readonly name: { en: string; zh: string }
    readonly itemCount: number
  }[]
  readonly sentiment: LearnedSentiment
  /** The version of the models that read words; absent where there are none. */
  readonly texts?: ReadTexts
  /** Living profiles that were held against the history. */
  readonly reconciled: Reconciliation
}

/** `build [--as-of T]`: topics of the items and features of everybody as of a cut. */
export const buildProfiles: Operation<{ asOf?: string | undefined }, Built> = {
  name: 'build',
  input: z.object({ asOf: z.string().optional() }),
  run: async ({ asOf }, context) => {
    const { engine, progress, signal } = context
    const { config, database } = engine
    const asOfMs = await chooseCut(asOf, engine)
    progress({ stage: { en: 'Bringing histories together', zh: '正在合并历史' }, done: 0, total: 5 })
    await squashOverrides(database, engine.graph, { now: engine.now(), signal })
    const { topics, sentiment, texts, versions } = await learn(asOfMs, context)
    progress({ stage: { en: 'Computing features', zh: '正在计算特征' }, done: 4, total: 5 })
    const { timeZone } = config
    const constants = await saveFeatures(database, {
      ...{ asOfMs, timeZone, now: engine.now(), signal, definitions: engine.features.all() },
      ...versions,
    })
    await engine.living.lenses.adopt({ asOfMs, constants, ...versions })
    await engine.living.forgetLearned()
    const reconciled = await reconcile(context)
    const population = await loadPopulation(database, { asOfMs, timeZone })
    return {
      asOf: new Date(asOfMs).toISOString(),
      profileCount: population.profileCount,
      customerCount: population.customerCount,
      orderCount: population.orderCount,
      topics,
      sentiment,
      ...(texts && { texts }),
      reconciled,
    }
  },
  render: ({ asOf, profileCount, customerCount, orderCount, topics }, language) =>
    pick(language)(
      `${formatCount(profileCount)} profiles as of ${asOf.slice(0, 16)}: ${formatCount(customerCount)} customers with ${formatCount(orderCount)} orders; ${topics.length} topics`,
      `截至 ${asOf.slice(0, 16)} 共 ${formatCount(profileCount)} 个画像：${formatCount(customerCount)} 位顾客，${formatCount(orderCount)} 笔订单；${topics.length} 个主题`,
    ),
  note: ({ sentiment, texts, reconciled }, language) =>
    [noteOfWords({ sentiment, texts }, language), noteOfDifferences(reconciled, language)]
      .filter((line) => line !== '')
      .join('\n'),
}

function noteOfWords(
  { sentiment, texts }: { readonly sentiment: LearnedSentiment; readonly texts: ReadTexts | undefined },
  language: Language,
): string {
  const say = pick(language)
  const learned =
    sentiment.kind === 'too_little'
      ? say(`No sentiment: ${sentiment.reason.en}.`, `无情感分析：${sentiment.reason.zh}。`)
      : say(
          `Sentiment learned from ${formatCount(sentiment.reviewCount)} rated reviews.`,
          `情感由 ${formatCount(sentiment.reviewCount)} 条带评分的评价学得。`,
        )
  if (texts === undefined || texts.lineCount === 0) return learned
  const count = formatCount(texts.lineCount)
  return `${learned} ${say(`${count} reviews and searches read.`, `已阅读 ${count} 条评价与搜索。`)}`
}

function noteOfDifferences(
  { checkedCount, differingCount, differences: [first] }: Reconciliation,
  language: Language,
): string {
  const say = pick(language)
  if (first === undefined) return ''
  const [differing, checked] = [formatCount(differingCount), formatCount(checkedCount)]
  return say(
    `! ${differing} of ${checked} living profiles differed from the history and are read anew, e.g. ${first.feature} of ${first.profileId}: ${first.kept}, by the history ${first.stored}.`,
    `! ${checked} 个实时画像中有 ${differing} 个与历史不一致，将重新读取，例如 ${first.profileId} 的 ${first.feature}：${first.kept}，历史为 ${first.stored}。`,
  )
}

/** Topics of items, sentiment and topics of words, as of the cut; features read the versions. */
async function learn(asOfMs: number, { engine, progress, signal }: OperationContext) {
  const { config, database } = engine
  progress({ stage: { en: 'Learning topics', zh: '正在学习主题' }, done: 1, total: 5 })
  const training = { asOfMs, now: engine.now(), random: createRandom(config.seed), signal }
  const learned = await trainTopics(database, training)
  throwIfStopped(signal)
  progress({ stage: { en: 'Learning sentiment', zh: '正在学习情感' }, done: 2, total: 5 })
  const sentiment = await trainSentiment(database, training)
  const texts = await trainTextReadings(database, engine.readers, { ...training, progress })
  const textVersion = await loadTextVersion(database)
  const versions = {
    ...(learned && { topicsVersion: learned.version }),
    ...(textVersion !== undefined && { textVersion }),
  }
  return { topics: learned?.topics ?? [], sentiment, texts, versions }
}

/** Holds what lives against the history; what differs is read anew. */
async function reconcile({ engine, progress, signal }: OperationContext): Promise<Reconciliation> {
  // A batch that was cut off is in the history and not in the profiles.
  await engine.fold.drain(signal)
  const stage = { en: 'Holding living profiles against the history', zh: '正在核对实时画像与历史' }
  return reconcileProfiles(engine.living, engine.database, {
    timeZone: engine.config.timeZone,
    signal,
    onProgress: (done, total) => progress({ stage, done, total }),
  })
}
