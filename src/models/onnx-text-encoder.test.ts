import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { exportNetwork, type Network } from '../tensor/network.ts'
import { sumOfAll } from '../tensor/reduce.ts'
import { contractOfTextEncoder } from '../text/text-encoder.contract.ts'
import { loadTokeniser } from './encoders/load-tokeniser.ts'
import { openOnnxTextEncoder } from './onnx-text-encoder.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-encoder-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'good', 'qual', '##ity', '质', '量', '不', '错']
/** A vector of two numbers each; of the mark that begins a text one that nothing else has. */
const vectors = words.flatMap((word, id) => (word === '[CLS]' ? [0, -1] : [id, 1]))

/** An encoder whose pieces do not hear of each other: what it must answer can be worked out. */
function encoderOf(input: string, output: string): Uint8Array {
  const network: Network = (graph) => {
    const table = graph.parameter('table', [words.length, 2], () => Float32Array.from(vectors))
    const ids = graph.input(input, ['rows', 'length'], 'int64')
    const [read] = graph.emit('Gather', [table, ids], [{ shape: ['rows', 'length', 2] }], { axis: 0 })
    return { loss: sumOfAll(table), outputs: { [output]: read } }
  }
  return exportNetwork(network, { parameters: { table: Float32Array.from(vectors) }, tables: {} })
}

/** As Hugging Face writes the tokeniser of a BERT. */
const tokeniser = {
  version: '1.0',
  added_tokens: words.slice(0, 4).map((content, id) => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  })),
  normalizer: {
    type: 'BertNormalizer',
    ...{ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
}

function write(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(folder, name)
  mkdirSync(join(path, '1_Pooling'), { recursive: true })
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content)
  return path
}

const whole = {
  'model.onnx': encoderOf('input_ids', 'last_hidden_state'),
  'tokenizer.json': JSON.stringify(tokeniser),
}
const plain = write('plain', whole)

contractOfTextEncoder('an ONNX folder', () => openOnnxTextEncoder(plain))

function unit(x: number, y: number): Float32Array {
  return Float32Array.of(x / Math.hypot(x, y), y / Math.hypot(x, y))
}

test('the vector is the mean of the pieces between the marks and with them, of length 1: worked by hand', async () => {
  await using encoder = await openOnnxTextEncoder(plain)
  // [CLS] good qual ##ity [SEP]: (0, −1), (4, 1), (5, 1), (6, 1), (3, 1).
  expect(await encoder.encode(['Good quality'])).toEqual(unit(18, 3))
  // 不 错 are cut apart; an unknown word is [UNK].
  expect(await encoder.encode(['不错', 'unheard'])).toEqual(
    Float32Array.of(...unit(9 + 10 + 3, 2), ...unit(1 + 3, 1)),
  )
})

test('the folder may ask for the first piece in place of the mean', async () => {
  const first = write('first', { ...whole, '1_Pooling/config.json': '{"pooling_mode_cls_token": true}' })
  await using encoder = await openOnnxTextEncoder(first)
  expect(await encoder.encode(['good'])).toEqual(Float32Array.of(0, -1))
})

test('a long text keeps its first pieces and the mark of its end, by the lower of the two limits', async () => {
  const config = JSON.stringify({ model_max_length: 3, pad_token: '[PAD]' })
  const short = write('short', { ...whole, 'tokenizer_config.json': config })
  await using encoder = await openOnnxTextEncoder(short)
  expect(await encoder.encode(['good quality'])).toEqual(unit(4 + 3, 1))
})

test('what is no encoder is refused with what was missing', async () => {
  const refusals: readonly (readonly [string, Readonly<Record<string, string | Uint8Array>>, string])[] = [
    ['empty', {}, 'tokenizer.json'],
    ['no-model', { 'tokenizer.json': whole['tokenizer.json'] }, 'no-model'],
    ['no-json', { ...whole, 'tokenizer.json': '{' }, 'tokenizer.json'],
    ['no-tokeniser', { ...whole, 'tokenizer.json': '{}' }, 'tokenizer.json'],
    ['bad-pooling', { ...whole, '1_Pooling/config.json': '{' }, 'config.json'],
  ]
  for (const [name, files, where] of refusals)
    await expect(openOnnxTextEncoder(write(name, files))).rejects.toMatchObject({
      code: 'bad_config',
      where: expect.stringContaining(where),
    })
  const other = write('other', { ...whole, 'model.onnx': encoderOf('pixels', 'last_hidden_state') })
  await expect(openOnnxTextEncoder(other)).rejects.toMatchObject({ received: 'inputs pixels' })
  const damaged = write('damaged', { ...whole, 'model.onnx': whole['model.onnx'].slice(0, 100) })
  await expect(openOnnxTextEncoder(damaged)).rejects.toMatchObject({ code: 'bad_config' })
})

test('without the optional package it says how to get it', async () => {
  const absent = () => Promise.reject(new Error("Cannot find package '@huggingface/tokenizers'"))
  await expect(loadTokeniser(plain, 100, absent)).rejects.toMatchObject({
    code: 'bad_config',
    wayOut: { en: expect.stringContaining('npm install @huggingface/tokenizers') },
  })
})
