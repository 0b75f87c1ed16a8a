import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'
import { pause } from '../core/pause.ts'
import { type OnnxSession, openSession } from '../tensor/onnx-session.ts'
import type { TextVectorEncoder } from '../text/text-encoder.ts'
import { loadTokeniser, type OnnxTokeniser } from './encoders/load-tokeniser.ts'
import { type Pooling, poolPieces } from './encoders/pool-pieces.ts'

export type OnnxTextEncoderOptions = {
  /** Pieces of a text that are read at most; 256 by default, fewer where the tokeniser's own limit is lower. */
  readonly maxLength?: number
  /** What the folder says (`1_Pooling/config.json` of sentence-transformers), else the mean. */
  readonly pooling?: Pooling
}

/** Texts in one run; they are sorted by length, so that few places are padding. */
const batchSize = 16
const standardLength = 256

/**
 * Any encoder that was exported to ONNX, from a folder with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`, as Hugging Face lays
 * them out; nothing is fetched. Vectors have length 1. Tokenisers are read by the optional package `@huggingface/tokenizers`.
 * @throws AppError 'bad_config' where the folder, a file of it or that package is not there, or the network is none that reads pieces
 *   of texts.
 */
export async function openOnnxTextEncoder(
  folder: string,
  { maxLength = standardLength, pooling }: OnnxTextEncoderOptions = {},
): Promise<TextVectorEncoder> {
  const tokeniser = await loadTokeniser(folder, maxLength)
  const bytes = await readModel(folder)
  const way = pooling ?? (await readPooling(folder))
  const session = await openSession(bytes, { outputNames: (all) => [chooseOutput(all)] })
  const run = (texts: readonly (readonly number[])[]) => runBatch(session, texts, tokeniser, way)
  // What a text without words gets tells the width.
  const [probe] = await closeOnFailure(session, () => run([tokeniser.encode('')]))
  const width = probe?.length ?? 0
  return {
    name: `onnx ${createHash('sha256').update(bytes).update(`${way} ${tokeniser.maxLength}`).digest('hex').slice(0, 12)}`,
    width,
    async encode(texts, signal) {
      const pieces = texts.map((text) => tokeniser.encode(text))
      const order = [...pieces.keys()].sort((a, b) => (pieces[a]?.length ?? 0) - (pieces[b]?.length ?? 0))
      const vectors = new Float32Array(texts.length * width)
      for (let from = 0; from < order.length; from += batchSize) {
        await pause(signal)
        const rows = order.slice(from, from + batchSize)
        const answered = await run(rows.map((row) => pieces[row] ?? []))
        for (const [place, row] of rows.entries()) vectors.set(answered[place] ?? [], row * width)
      }
      return vectors
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}

async function runBatch(
  session: OnnxSession,
  texts: readonly (readonly number[])[],
  { paddingId }: OnnxTokeniser,
  pooling: Pooling,
): Promise<Float32Array[]> {
  const length = Math.max(1, ...texts.map((ids) => ids.length))
  const shape = [texts.length, length]
  const fill = (read: (ids: readonly number[], place: number) => number) => {
    const data = texts.flatMap((ids) => Array.from({ length }, (_, place) => BigInt(read(ids, place))))
    return { data: BigInt64Array.from(data), shape }
  }
  const known = {
    input_ids: fill((ids, place) => ids[place] ?? paddingId),
    attention_mask: fill((ids, place) => (place < ids.length ? 1 : 0)),
    token_type_ids: fill(() => 0),
  }
  const unknown = session.inputNames.find((name) => !(name in known))
  if (unknown !== undefined || !session.inputNames.includes('input_ids'))
    throw noEncoder(`inputs ${session.inputNames.join(', ')}`)
  const feeds = Object.fromEntries(
    Object.entries(known).filter(([name]) => session.inputNames.includes(name)),
  )
  const [output] = Object.values(await session.run(feeds))
  const vectors = output && poolPieces(output, texts, { length, pooling, isPooled: isPooled(session) })
  return vectors ?? noEncoderFor(output?.length)
}

const pooledNames = ['sentence_embedding', 'pooled', 'vector']

function isPooled({ outputNames: [name = ''] }: OnnxSession): boolean {
  return pooledNames.includes(name)
}

/** The vector of the text where there is one, else those of its pieces. */
function chooseOutput(all: readonly string[]): string {
  const found = [...pooledNames, 'last_hidden_state', 'token_embeddings'].find((name) => all.includes(name))
  return found ?? all[0] ?? ''
}

async function closeOnFailure<T>(session: OnnxSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
}

async function readModel(folder: string): Promise<Uint8Array> {
  const places = ['model.onnx', 'onnx/model.onnx']
  for (const place of places) {
    const bytes = await readFile(join(folder, place)).catch(() => undefined)
    if (bytes !== undefined) return bytes
  }
  throw new AppError(
    'bad_config',
    { en: 'the folder of a text encoder holds no network', zh: '文本编码器目录中没有网络文件' },
    {
      where: folder,
      expected: places.join(' or '),
      wayOut: {
        en: 'Put the encoder there as exported to ONNX, with its tokenizer.json.',
        zh: '请将导出为 ONNX 的编码器及其 tokenizer.json 放入该目录。',
      },
    },
  )
}

async function readPooling(folder: string): Promise<Pooling> {
  const text = await readFile(join(folder, '1_Pooling', 'config.json'), 'utf8').catch(() => '{}')
  try {
    const { pooling_mode_cls_token: isFirst } = JSON.parse(text) as { pooling_mode_cls_token?: unknown }
    return isFirst === true ? 'first' : 'mean'
  } catch (cause) {
    throw new AppError(
      'bad_config',
      { en: 'a file of a text encoder is no JSON', zh: '文本编码器的文件不是有效 JSON' },
      { where: join(folder, '1_Pooling', 'config.json'), cause },
    )
  }
}

function noEncoderFor(count: number | undefined): never {
  throw noEncoder(`${count} numbers for a batch`)
}

function noEncoder(received: string): AppError {
  return new AppError(
    'bad_config',
    { en: 'this network does not make vectors of the pieces of texts', zh: '该网络不能由文本词片生成向量' },
    {
      expected:
        'inputs among input_ids, attention_mask, token_type_ids; finite vectors of pieces or of texts',
      received,
    },
  )
}
