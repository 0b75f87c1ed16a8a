import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { openOnnxTextEncoder } from '../../src/models/onnx-text-encoder.ts'
import { type RatedTexts, readRatedTexts } from '../../src/models/sentiment.ts'
import { standardPretraining } from '../../src/models/text-pretraining.ts'
import { loadTextTransformer, type TextTransformer } from '../../src/models/text-transformer.ts'
import type { TextVectorEncoder } from '../../src/text/text-encoder.ts'
import { type Experiment, parseOptions } from '../experiment.ts'
import { readLabelledTexts } from '../sentiment/labelled-texts.ts'
import { drawLabels, splitTexts, type TransferSplit } from '../transfer/draw-labels.ts'
import { judgeCurve, type Said } from '../transfer/judge-curves.ts'
import { keepModel, readKept } from '../transfer/keep-model.ts'
import { pretrain } from '../transfer/pretrain.ts'
import { rememberVectors } from '../transfer/remember-vectors.ts'
import { type Asked, blend, byNetwork, byNgrams, byVectors } from '../transfer/ways.ts'

const whole = z.coerce.number().int().min(1)
const optionsSchema = z.object({
  file: z.string(),
  text: z.string(),
  label: z.string(),
  labels: z
    .string()
    .default('100,1000,10000')
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().int().min(20)).min(1)),
  draws: whole.default(3),
  passes: z.coerce.number().positive().default(standardPretraining.passes),
  length: whole.default(standardPretraining.length),
  'test-rows': whole.default(1_000_000),
  keep: z.string().optional(),
  from: z.string().optional(),
  encoder: z.string().optional(),
  seed: z.coerce.number().int().default(1),
})

const rival = 'hashed n-grams'
/** Draws of more labels than this teach alike: one is enough. */
const manyLabels = 5_000

/** What texts without labels are worth: few labels with a pretrained Transformer, with none, and with hashed n-grams. */
export const experiment: Experiment = {
  summary: 'what pretraining on texts without labels is worth at 100, 1,000 and 10,000 labels',
  options: {
    file: { summary: 'CSV or TSV with a header, may be gzipped', required: true },
    text: { summary: 'the column of texts; several, joined, with commas between them', required: true },
    label: { summary: 'the column that says good or bad: 1/0, TRUE/FALSE or yes/no', required: true },
    labels: { summary: 'how many labels are learned from, with commas; 100,1000,10000 when left out' },
    draws: { summary: 'draws of labels, of more than 5,000 one alone; 3 when left out' },
    passes: {
      summary: `how often the pretraining reads the texts; ${standardPretraining.passes} when left out`,
    },
    length: { summary: `pieces of a text that are read; ${standardPretraining.length} when left out` },
    'test-rows': { summary: 'rows judged on at most, drawn from the fifth held out; all when left out' },
    keep: { summary: 'a folder that keeps the pretraining, from which a run that was cut off goes on' },
    from: { summary: 'a folder that another run kept its Transformer in: nothing is pretrained' },
    encoder: { summary: 'a folder with an ONNX text encoder (model.onnx, tokenizer.json) to judge as well' },
    seed: { summary: 'seed of everything; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(optionsSchema, given)
    const random = createRandom(options.seed)
    const question = { file: options.file, texts: options.text.split(','), label: options.label }
    const { texts, labels } = await readLabelledTexts({ ...question, group: undefined })
    const rated = await readRatedTexts(texts, labels)
    const split = splitTexts(rated, options['test-rows'], random)
    const startedMs = performance.now()
    await using transformer = await beginWith(rated, split, options, { random, say })
    const pretrainingSeconds = (performance.now() - startedMs) / 1000
    await using foreign =
      options.encoder === undefined ? undefined : await openOnnxTextEncoder(options.encoder)
    const encoders = { own: rememberVectors(transformer), given: foreign && rememberVectors(foreign) }
    const curves = []
    for (const count of options.labels) {
      const ways = await tellAll(
        rated,
        split,
        { count, draws: options.draws },
        { transformer, encoders, random, say },
      )
      const test = Uint8Array.from(split.test, (row) => labels[row] ?? 0)
      curves.push(...judgeCurve(test, ways, { count, rival, random }))
      for (const { name, metrics } of curves.slice(-ways.size)) say(`${name}: AUC ${format(metrics.auc)}`)
    }
    const { history } = transformer.card
    return {
      experiment: 'transfer',
      dataset: {
        texts: texts.length,
        different: new Set(texts).size,
        good: labels.reduce((sum, label) => sum + label, 0),
        pretrainedOn: split.known.length,
        judgedOn: split.test.length,
      },
      split:
        'a fifth held out by chance, equal texts together; the pretraining reads the other texts alone; labels are drawn from these, and ' +
        'all settings are chosen inside the draw',
      seed: options.seed,
      models: curves.filter(({ name }) => !name.endsWith(rival)),
      baselines: curves.filter(({ name }) => name.endsWith(rival)),
      notes: [
        `${options.from === undefined ? `Pretraining: ${options.passes} passes, ${pretrainingSeconds.toFixed(0)} s in this run` : 'Pretrained before, on other texts'}; loss of hidden pieces on texts held out, after each round: ${history.map(({ heldLoss }) => heldLoss?.toFixed(2)).join(', ')}.`,
        'Figures are means over draws of labels; intervals draw test rows anew, not labels.',
      ],
    }
  },
}

type Talk = { readonly random: Random; readonly say: (line: string) => void }

/** A Transformer pretrained on the rows that are not judged on, or one that was pretrained on other texts before. */
async function beginWith(
  { texts }: RatedTexts,
  { known }: TransferSplit,
  { passes, length, keep, from }: z.infer<typeof optionsSchema>,
  { random, say }: Talk,
): Promise<TextTransformer> {
  if (from !== undefined) return loadTextTransformer(readKept(from, 'transformer') ?? nothingKept(from))
  const transformer = await pretrain(
    Array.from(known, (row) => texts[row] ?? ''),
    {
      settings: { ...standardPretraining, passes, length },
      keepIn: keep,
      random: random.fork('pretraining'),
      say,
    },
  )
  if (keep !== undefined) keepModel(keep, 'transformer', transformer.save())
  return transformer
}

function nothingKept(folder: string): never {
  throw new AppError('bad_usage', 'no Transformer was kept there', {
    where: folder,
    expected: 'a folder that `--keep` of another run named',
  })
}

type Teachers = Talk & {
  readonly transformer: TextTransformer
  readonly encoders: { readonly own: TextVectorEncoder; readonly given: TextVectorEncoder | undefined }
}

/** What each way says of the test rows after each draw of so many labels. */
async function tellAll(
  rated: RatedTexts,
  { known, test }: TransferSplit,
  { count, draws }: { readonly count: number; readonly draws: number },
  { transformer, encoders, random, say }: Teachers,
): Promise<ReadonlyMap<string, Said>> {
  const { vocabulary, shape } = transformer.start
  const told = new Map<string, { seconds: number; draws: Float64Array[] }>()
  for (let draw = 0; draw < (count > manyLabels ? 1 : draws); draw++) {
    const own = random.fork(`${count} labels, draw ${draw}`)
    const asked: Asked = { rated, test, drawn: drawLabels(known, rated.labels, count, own.fork('labels')) }
    const tell = async (way: string, work: () => Promise<Float64Array> | Float64Array) => {
      const startedMs = performance.now()
      const said = await work()
      const seconds = (performance.now() - startedMs) / 1000
      const before = told.get(way) ?? { seconds: 0, draws: [] }
      told.set(way, { seconds: before.seconds + seconds, draws: [...before.draws, said] })
      say(`${count} labels, draw ${draw + 1}, ${way}: ${seconds.toFixed(0)} s`)
      return said
    }
    const tuned = await tell('fine-tuned', () => byNetwork(asked, transformer.start, own))
    await tell('frozen, with a head', () => byVectors(asked, encoders.own, own))
    await tell('from scratch', () => byNetwork(asked, { vocabulary, shape }, own))
    const ngrams = await tell(rival, () => byNgrams(asked, own))
    await tell('fine-tuned and n-grams blended', () => blend(tuned, ngrams))
    const { given } = encoders
    if (given !== undefined) await tell('ONNX encoder, with a head', () => byVectors(asked, given, own))
  }
  return told
}

function format(figure: number | { readonly value: number } | undefined): string {
  return (typeof figure === 'number' ? figure : (figure?.value ?? Number.NaN)).toFixed(4)
}
