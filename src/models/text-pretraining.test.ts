import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import type { SavedModel } from './learner.ts'
import { drawPairedTexts } from './testing/made-up-language.ts'
import {
  type PretrainingControl,
  type PretrainingSettings,
  pretrainTextTransformer,
  standardPretraining,
} from './text-pretraining.ts'
import { loadTextTransformer } from './text-transformer.ts'

const small: PretrainingSettings = {
  ...standardPretraining,
  width: 16,
  blockCount: 1,
  headCount: 2,
  innerWidth: 32,
  length: 8,
  pieceCount: 60,
  passes: 2,
  batchSize: 32,
  learningRate: 0.01,
  dropout: 0.1,
  heldShare: 0.1,
  roundTexts: 150,
}
const texts = drawPairedTexts(200, createRandom('texts'))
const anything = ['房间 很大', '服务 不错 good', '']

async function bytesOf(settings: PretrainingSettings, control: Partial<PretrainingControl> = {}) {
  await using made = await pretrainTextTransformer(texts, settings, { random: createRandom(1), ...control })
  return made.save()
}

test('what is hidden is told as well as what stands beside it lets anyone tell: the known entropy', async () => {
  const settings = {
    ...small,
    passes: 25,
    batchSize: 64,
    learningRate: 0.015,
    hiddenShare: 0.15,
    dropout: 0,
    roundTexts: 40_000,
  }
  const many = drawPairedTexts(1_500, createRandom('many'))
  await using made = await pretrainTextTransformer(many, settings, { random: createRandom(1) })
  // One of six pieces is hidden. Its partner tells it but for −.8 ln .8 − .2 ln (.2 / 7) = .890; a tenth stands there as it is, a
  // tenth as another piece, neither marked, so that the best that can be reached lies a little off; without the partner it is ln 16 = 2.77.
  const { heldLoss = Number.NaN } = made.card.history.at(-1) ?? {}
  expect(heldLoss).toBeGreaterThan(0.8 * 0.89)
  expect(heldLoss).toBeLessThan(1.1)
})

test('the same seed gives the same bytes, broken off and gone on with as well; another seed others', async () => {
  const states: SavedModel[] = []
  const whole = await bytesOf(small, { keep: (state) => void states.push(state) })
  expect(states.length).toBe(3)
  expect(await bytesOf(small)).toEqual(whole)
  expect(await bytesOf(small, { resume: states[0] })).toEqual(whole)
  expect((await bytesOf(small, { random: createRandom(2) })).parts.network).not.toEqual(whole.parts.network)
})

test('it stops where it is asked to, and tells how far it is', async () => {
  const stop = new AbortController()
  const told: number[] = []
  const progress: PretrainingControl['progress'] = ({ done, total, loss }) => {
    told.push(done)
    expect(total).toBe(360)
    expect(loss).toBeGreaterThan(0)
    if (told.length === 2) stop.abort()
  }
  await expect(bytesOf(small, { signal: stop.signal, progress })).rejects.toMatchObject({ code: 'stopped' })
  expect(told).toEqual([32, 64])
})

test('a state of other texts or settings, and one that is damaged, are refused', async () => {
  const states: SavedModel[] = []
  await bytesOf({ ...small, passes: 0.5 }, { keep: (state) => void states.push(state) })
  const [state] = states
  if (state === undefined) throw new Error('no state was kept')
  await expect(bytesOf(small, { resume: state })).rejects.toMatchObject({ code: 'bad_input' })
  const { mean: _, ...parts } = state.parts
  const resume = { ...state, parts }
  await expect(bytesOf({ ...small, passes: 0.5 }, { resume })).rejects.toMatchObject({ code: 'bad_config' })
})

test('settings that cannot be, and too few texts, are refused by name', async () => {
  const refused = (change: Partial<PretrainingSettings>) => bytesOf({ ...small, ...change })
  await expect(refused({ headCount: 3 })).rejects.toMatchObject({ code: 'bad_input' })
  await expect(refused({ hiddenShare: 0 })).rejects.toThrow("'hiddenShare'")
  await expect(refused({ passes: Number.NaN })).rejects.toThrow("'passes'")
  const few = pretrainTextTransformer(texts.slice(0, 10), small, { random: createRandom(1) })
  await expect(few).rejects.toMatchObject({ code: 'too_little_data' })
})

test('a saved Transformer makes the same vectors; one that is damaged or cut short is refused', async () => {
  await using made = await pretrainTextTransformer(texts, small, { random: createRandom(1) })
  const saved = made.save()
  await using loaded = await loadTextTransformer({ ...saved, card: JSON.parse(JSON.stringify(saved.card)) })
  expect(loaded.name).toBe(made.name)
  expect(await loaded.encode(anything)).toEqual(await made.encode(anything))
  const network = saved.parts.network ?? new Uint8Array()
  const asks = [
    { ...saved, kind: 'other' },
    { ...saved, formatVersion: 2 },
    { ...saved, card: {} },
    { ...saved, parts: {} },
    { ...saved, parts: { network: network.slice(0, network.length / 2) } },
  ]
  for (const ask of asks) await expect(loadTextTransformer(ask)).rejects.toMatchObject({ code: 'bad_config' })
})
