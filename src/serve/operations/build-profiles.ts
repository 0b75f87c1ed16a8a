import { z } from 'zod'
import { AppError, throwIfStopped } from '../../core/errors.ts'
import { type HistoryRange, loadHistoryRange } from '../../events/history-range.ts'
import { loadTextVersion } from '../../events/text-readings.ts'
import { saveFeatures } from '../../features/save-features.ts'
import { squashOverrides } from '../../identity/squash-overrides.ts'
import { createRandom } from '../../math/random.ts'
import { loadPopulation } from '../../profiles/population.ts'
import { type LearnedSentiment, trainSentiment } from '../../train/train-sentiment.ts'
import { type ReadTexts, trainTextReadings } from '../../train/train-text-readings.ts'
import { trainTopics } from '../../train/train-topics.ts'
import { parseAsOf } from '../as-of.ts'
import type { Engine } from '../engine.ts'
import type { Operation } from '../operation.ts'
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
}

/** `build [--as-of T]`: topics of the items and features of everybody as of a cut. */
export const buildProfiles: Operation<{ asOf?: string | undefined }, Built> = {
  name: 'build',
  input: z.object({ asOf: z.string().optional() }),
  run: async ({ asOf }, { engine, progress, signal }) => {
    const { config, database } = engine
    const range = await loadHistoryRange(database)
    if (range === undefined) {
      throw new AppError(
        'not_built',
        { en: 'there are no events yet', zh: '还没有任何事件' },
        {
          wayOut: {
            en: 'Import a file first: likeness import FILE --as FORMAT.',
            zh: '请先导入文件：likeness import FILE --as FORMAT。',
          },
        },
      )
    }
    const asOfMs = chooseCut(asOf, range, engine)
    progress({ stage: { en: 'Bringing histories together', zh: '正在合并历史' }, done: 0, total: 5 })
    await squashOverrides(database, engine.graph, { now: engine.now(), signal })
    progress({ stage: { en: 'Learning topics', zh: '正在学习主题' }, done: 1, total: 5 })
    const random = createRandom(config.seed)
    const training = { asOfMs, now: engine.now(), random, signal }
    const learned = await trainTopics(database, training)
    throwIfStopped(signal)
    progress({ stage: { en: 'Learning sentiment', zh: '正在学习情感' }, done: 2, total: 5 })
    const sentiment = await trainSentiment(database, training)
    const texts = await trainTextReadings(database, engine.readers, { ...training, progress })
    progress({ stage: { en: 'Computing features', zh: '正在计算特征' }, done: 4, total: 5 })
    const { timeZone } = config
    const textVersion = await loadTextVersion(database)
    const versions = {
      ...(learned && { topicsVersion: learned.version }),
      ...(textVersion !== undefined && { textVersion }),
    }
    const constants = await saveFeatures(database, {
      asOfMs,
      timeZone,
      now: engine.now(),
      signal,
      ...versions,
    })
    await engine.living.lenses.adopt({ asOfMs, constants, ...versions })
    await engine.living.forgetLearned()
    const { profileCount, customerCount, orderCount } = await loadPopulation(database, { asOfMs, timeZone })
    return {
      asOf: new Date(asOfMs).toISOString(),
      profileCount,
      customerCount,
      orderCount,
      topics: learned?.topics ?? [],
      sentiment,
      ...(texts && { texts }),
    }
  },
  render: ({ asOf, profileCount, customerCount, orderCount, topics }, language) =>
    pick(language)(
      `${formatCount(profileCount)} profiles as of ${asOf.slice(0, 16)}: ${formatCount(customerCount)} customers with ${formatCount(orderCount)} orders; ${topics.length} topics`,
      `截至 ${asOf.slice(0, 16)} 共 ${formatCount(profileCount)} 个画像：${formatCount(customerCount)} 位顾客，${formatCount(orderCount)} 笔订单；${topics.length} 个主题`,
    ),
  note: ({ sentiment, texts }, language) => {
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
  },
}

/** The last event, or the moment named; never before the first event. */
function chooseCut(asOf: string | undefined, range: HistoryRange, { config, now }: Engine): number {
  if (asOf === undefined) return range.lastMs
  const asOfMs = parseAsOf(asOf, { timeZone: config.timeZone, nowMs: now().getTime() })
  if (asOfMs >= range.firstMs) return asOfMs
  const [first, last] = [range.firstMs, range.lastMs].map((atMs) => new Date(atMs).toISOString())
  throw new AppError(
    'bad_usage',
    { en: 'nothing had happened before the cut', zh: '截点之前没有任何事件' },
    { where: '--as-of', expected: `${first} … ${last}`, received: asOf },
  )
}
