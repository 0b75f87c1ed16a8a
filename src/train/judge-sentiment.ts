import type { Evaluation } from '../evaluate/evaluation.ts'
import { judgeClassification } from '../evaluate/judge-classification.ts'
import type { Random } from '../math/random.ts'
import {
  chooseSentimentSettings,
  fitSentiment,
  pickRated,
  predictSentiment,
  type RatedTexts,
  type SentimentSettings,
} from '../models/sentiment.ts'

/** A judgement and what was chosen for it; the same settings are then fitted on all. */
export type JudgedSentiment = { readonly evaluation: Evaluation; readonly settings: SentimentSettings }

/** Learns from the texts that are not among the test ones, and judges what it says of those. */
export async function judgeSentiment(
  rated: RatedTexts,
  isTest: (row: number) => boolean,
  random: Random,
  signal?: AbortSignal,
): Promise<JudgedSentiment> {
  const train = pickRated(rated, (row) => !isTest(row))
  const test = pickRated(rated, isTest)
  const settings = await chooseSentimentSettings(train, random.fork('settings'), signal)
  const goodShare = mean(train.labels)
  // What holds no known word is as good as the average text.
  const model = await fitSentiment(train, settings, signal)
  const predicted = predictSentiment(model, test.hashes).map((probability) =>
    Number.isNaN(probability) ? goodShare : probability,
  )
  const evaluation = judgeClassification(
    {
      model: 'sentiment',
      question: { en: 'Is a review good or bad?', zh: '评价是好还是坏？' },
      split: {
        testShare: test.texts.length / rated.texts.length,
        trainRowCount: train.texts.length,
        validationRowCount: settings.heldCount,
        testRowCount: test.texts.length,
      },
      actual: Float64Array.from(test.labels),
      predicted,
      baselines: [
        {
          name: { en: 'what most reviews are', zh: '多数评价的类别' },
          predicted: predicted.map(() => goodShare),
        },
      ],
      drivers: [],
      settings: { penalty: settings.penalty, bayesShare: settings.bayesShare ?? 0 },
    },
    0.5,
    random.fork('judge'),
  )
  return { evaluation, settings }
}

function mean(labels: Uint8Array): number {
  return labels.reduce((sum, label) => sum + label, 0) / labels.length
}
