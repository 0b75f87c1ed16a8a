import { createHash } from 'node:crypto'
import { AppError, throwIfStopped } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import type { Random } from '../math/random.ts'
import type { Network } from '../tensor/network.ts'
import { scheduledShare } from '../tensor/schedule.ts'
import { createTrainer, type Trainer } from '../tensor/trainer.ts'
import { createSubwordEncoder, fitSubwords } from '../text/subword-vocabulary.ts'
import type { FitControl, SavedModel } from './learner.ts'
import { hidePieces } from './networks/hide-pieces.ts'
import {
  loadPretraining,
  type PretrainingRound,
  type PretrainingState,
  savePretraining,
} from './networks/pretraining-state.ts'
import { hiddenPiecesGraph, type TextShape } from './networks/text-graph.ts'
import { cutByLength, formOf, lengthsUpTo } from './networks/text-lengths.ts'
import { wrongSetting } from './networks/train-network.ts'
import { createTextTransformer, type TextTransformer } from './text-transformer.ts'

export type PretrainingSettings = TextShape & {
  /** Pieces of the vocabulary; fewer where the texts hold fewer. */
  readonly pieceCount: number
  /** How often the texts are read, which need not be a whole number. */
  readonly passes: number
  /** Texts of the full length in a step; of shorter ones more, so that steps cost alike. */
  readonly batchSize: number
  /** At its highest: it rises over the warm-up and falls along half a cosine. */
  readonly learningRate: number
  readonly warmupShare: number
  readonly weightDecay: number
  readonly clipNorm: number
  readonly dropout: number
  /** Of the pieces of each text, those that are to be told. */
  readonly hiddenShare: number
  /** Of the texts, at most 1,000, on which the loss is told; never learned from. */
  readonly heldShare: number
  /** Texts after which the state is handed over; a round is the same whether what came before it was broken off or not. */
  readonly roundTexts: number
}

export const standardPretraining: PretrainingSettings = {
  width: 64,
  blockCount: 2,
  headCount: 4,
  innerWidth: 128,
  length: 64,
  pieceCount: 4_000,
  passes: 3,
  batchSize: 32,
  learningRate: 0.003,
  warmupShare: 0.05,
  weightDecay: 0.01,
  clipNorm: 1,
  dropout: 0,
  // More than the 15 % of Devlin et al. teaches small models more in the same time: Wettig et al. (2023).
  hiddenShare: 0.25,
  heldShare: 0.02,
  roundTexts: 10_000,
}

export type PretrainingControl = Omit<FitControl, 'validation'> & {
  /** What `keep` was given before a pretraining on these texts was broken off. */
  readonly resume?: SavedModel | undefined
  /** Given the state after each round, to be kept. */
  readonly keep?: (state: SavedModel) => void | Promise<void>
}

const mostHeldTexts = 1_000

/**
 * Learns from texts alone, without labels, what stands beside what: pieces of each are hidden and told from the others by a Transformer.
 * Broken off and gone on with, it ends with the same bytes. Progress counts texts.
 * @throws AppError 'too_little_data' where fewer than 20 texts hold words, 'bad_input' for impossible settings or the state of another
 *   pretraining, 'bad_config' for a damaged state, 'diverged', 'stopped'.
 */
export async function pretrainTextTransformer(
  texts: readonly string[],
  settings: PretrainingSettings,
  control: PretrainingControl,
): Promise<TextTransformer> {
  checkPretrainingSettings(settings)
  throwIfStopped(control.signal)
  const digest = createHash('sha256')
    .update(JSON.stringify([settings, texts]))
    .digest('hex')
    .slice(0, 16)
  const before = control.resume && loadPretraining(control.resume, digest)
  const vocabulary =
    before?.vocabulary ?? (await fitSubwords(texts, { size: settings.pieceCount, signal: control.signal }))
  const encoder = createSubwordEncoder(vocabulary)
  const parts = await readTexts(texts, encoder.encode, settings, control)
  const lengths = lengthsUpTo(settings.length)
  const [first, ...more] = lengths.map((length) =>
    hiddenPiecesGraph({ shape: settings, idCount: encoder.idCount, dropout: settings.dropout, length }),
  )
  if (first === undefined) throw new Error('there is a length')
  const run: Run = { ...parts, networks: [first, ...more], lengths, idCount: encoder.idCount }
  let state: PretrainingState | undefined = before
  const total = Math.ceil(settings.passes * parts.learned.length)
  while ((state?.history.at(-1)?.textCount ?? 0) < total) {
    const after = await readRound(run, state, { settings, control, total })
    state = { digest, vocabulary, ...after }
    await control.keep?.(savePretraining(state))
  }
  if (state === undefined) throw new Error('a pretraining has a round')
  await using trainer = await openTrainer(run, settings, control.random, state)
  const { history } = state
  return createTextTransformer({ vocabulary, shape: shapeOf(settings), history }, trainer.weights())
}

type Run = {
  readonly learned: readonly Int32Array[]
  readonly held: readonly Int32Array[]
  readonly networks: readonly [Network, ...Network[]]
  readonly lengths: readonly number[]
  readonly idCount: number
}

/** Texts that hold words, as pieces; a seeded share of them apart. */
async function readTexts(
  texts: readonly string[],
  encode: (text: string, length: number) => Int32Array,
  { length, heldShare }: PretrainingSettings,
  { random, signal }: PretrainingControl,
): Promise<Pick<Run, 'learned' | 'held'>> {
  const read: Int32Array[] = []
  for (const [row, text] of texts.entries()) {
    if (row % 1000 === 0) await pause(signal)
    const pieces = encode(text, length)
    // Of a single piece nothing around it can tell.
    if (pieces.length > 2) read.push(pieces)
  }
  if (read.length < leastTexts)
    throw new AppError('too_little_data', {
      en: `a pretraining needs at least ${leastTexts} texts of two words and more, and there are ${read.length}`,
      zh: `预训练至少需要 ${leastTexts} 条含两个以上词语的文本，目前只有 ${read.length} 条`,
    })
  random.fork('held').shuffle(read)
  const heldCount = Math.min(mostHeldTexts, Math.floor(heldShare * read.length))
  return { held: read.slice(0, heldCount), learned: read.slice(heldCount) }
}

const leastTexts = 20

function openTrainer(
  { networks }: Run,
  { learningRate, weightDecay, clipNorm }: PretrainingSettings,
  random: Random,
  state: PretrainingState | undefined,
): Promise<Trainer> {
  return createTrainer(
    networks,
    { learningRate, weightDecay, clipNorm, memory: [0.9, 0.98] },
    random,
    state && { resume: state.trainer },
  )
}

type RoundOptions = {
  readonly settings: PretrainingSettings
  readonly control: PretrainingControl
  readonly total: number
}

/** All chance of a round comes from its number, so that it goes the same way after a break. */
async function readRound(
  run: Run,
  state: PretrainingState | undefined,
  { settings, control, total }: RoundOptions,
): Promise<Pick<PretrainingState, 'history' | 'trainer'>> {
  const history = state?.history ?? []
  const from = history.at(-1)?.textCount ?? 0
  const random = control.random.fork(`round ${history.length}`)
  await using trainer = await openTrainer(run, settings, random.fork('network'), state)
  const order = orderOf(run.learned.length, from, Math.min(total, from + settings.roundTexts), control.random)
  const batches = cutByLength(run.lengths, run.learned, order, settings.batchSize)
  random.fork('batches').shuffle(batches)
  const hiding = random.fork('hidden')
  let [done, sum, count] = [from, 0, 0]
  for (const rows of batches) {
    await pause(control.signal)
    const share = scheduledShare({ kind: 'cosine', warmupShare: settings.warmupShare }, done, total)
    const { form, feeds } = hideBatch(run, run.learned, rows, settings, hiding)
    const loss = await trainer.step(feeds, settings.learningRate * share, form)
    const hidden = feeds.labels?.data.length ?? 0
    sum += loss * hidden
    count += hidden
    done += rows.length
    control.progress?.({ done, total, loss })
  }
  const heldLoss = await judgeHeld(run, trainer, settings, control)
  const round: PretrainingRound = {
    textCount: done,
    loss: sum / count,
    ...(heldLoss !== undefined && { heldLoss }),
  }
  return { history: [...history, round], trainer: trainer.state() }
}

/** Of all passes behind each other, each in an order of its own, the texts from one place to before another. */
function orderOf(textCount: number, from: number, to: number, random: Random): Uint32Array {
  const order = new Uint32Array(to - from)
  const passes = new Map<number, Uint32Array>()
  const passOf = (number: number) => {
    const known = passes.get(number)
    if (known !== undefined) return known
    const drawn = random
      .fork(`pass ${number}`)
      .shuffle(Uint32Array.from({ length: textCount }, (_, row) => row))
    passes.set(number, drawn)
    return drawn
  }
  return order.map((_, place) => {
    const at = from + place
    return passOf(Math.floor(at / textCount))[at % textCount] ?? 0
  })
}

function hideBatch(
  { lengths, idCount }: Run,
  texts: readonly Int32Array[],
  rows: Uint32Array,
  { hiddenShare }: PretrainingSettings,
  random: Random,
) {
  const form = formOf(lengths, texts, rows)
  const batch = Array.from(rows, (row) => texts[row] ?? new Int32Array())
  return { form, feeds: hidePieces(batch, lengths[form] ?? 0, { share: hiddenShare, idCount }, random) }
}

/** The same pieces are hidden after each round. */
async function judgeHeld(
  run: Run,
  trainer: Trainer,
  settings: PretrainingSettings,
  { random, signal }: PretrainingControl,
): Promise<number | undefined> {
  if (run.held.length === 0) return undefined
  const hiding = random.fork('held pieces')
  let [sum, count] = [0, 0]
  for (const rows of cutByLength(
    run.lengths,
    run.held,
    Uint32Array.from(run.held.keys()),
    settings.batchSize,
  )) {
    await pause(signal)
    const { form, feeds } = hideBatch(run, run.held, rows, settings, hiding)
    const { loss } = await trainer.evaluate(feeds, form)
    const hidden = feeds.labels?.data.length ?? 0
    sum += (loss?.[0] ?? Number.NaN) * hidden
    count += hidden
  }
  return sum / count
}

function shapeOf({ width, blockCount, headCount, innerWidth, length }: PretrainingSettings): TextShape {
  return { width, blockCount, headCount, innerWidth, length }
}

function checkPretrainingSettings(settings: PretrainingSettings): void {
  const complain = (
    name: keyof PretrainingSettings,
    isRight: (value: number) => boolean,
    expected: string,
  ) => {
    if (!isRight(settings[name])) throw wrongSetting('text-pretraining', name, expected, settings[name])
  }
  const isCount = (value: number) => Number.isInteger(value) && value > 0
  const counts = [
    'width',
    'blockCount',
    'headCount',
    'innerWidth',
    'pieceCount',
    'batchSize',
    'roundTexts',
  ] as const
  for (const name of counts) complain(name, isCount, 'a whole number above 0')
  complain(
    'headCount',
    (value) => settings.width % value === 0,
    `a number that divides the width ${settings.width}`,
  )
  complain('length', (value) => isCount(value) && value >= 8, 'a whole number of at least 8')
  const isRate = (value: number) => value > 0 && Number.isFinite(value)
  for (const name of ['passes', 'learningRate', 'clipNorm'] as const)
    complain(name, isRate, 'a number above 0')
  const isShare = (value: number) => value >= 0 && value < 1
  for (const name of ['warmupShare', 'dropout', 'heldShare'] as const)
    complain(name, isShare, 'a share, 0 to below 1')
  complain('hiddenShare', (value) => value > 0 && value < 1, 'a share above 0 and below 1')
  complain('weightDecay', (value) => value >= 0 && Number.isFinite(value), 'a number of at least 0')
}
