import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'

/** Cuts texts into the pieces that an encoder knows, as it was trained with them. */
export type OnnxTokeniser = {
  readonly maxLength: number
  /** Fills shorter texts up. */
  readonly paddingId: number
  /** At most `maxLength` ids; a longer text keeps its first pieces and the mark of its end. */
  encode(text: string): readonly number[]
}

type TokeniserLibrary = typeof import('@huggingface/tokenizers')

/**
 * Reads `tokenizer.json` and, where there is one, `tokenizer_config.json`.
 * @throws AppError 'bad_config' where the optional package or the file is not there, or is none that it knows.
 */
export async function loadTokeniser(
  folder: string,
  mostLength: number,
  importLibrary: () => Promise<TokeniserLibrary> = () => import('@huggingface/tokenizers'),
): Promise<OnnxTokeniser> {
  const path = join(folder, 'tokenizer.json')
  const tokenizer = await readJson(path)
  const config = await readJson(join(folder, 'tokenizer_config.json'), {})
  const { Tokenizer } = await loadLibrary(importLibrary)
  const read = tryRead(() => new Tokenizer(tokenizer, config), path)
  const ownLimit = Number((config as { model_max_length?: unknown }).model_max_length ?? mostLength)
  const maxLength = ownLimit >= 2 ? Math.min(mostLength, Math.floor(ownLimit)) : mostLength
  const padding = (config as { pad_token?: unknown }).pad_token
  const paddingName = typeof padding === 'string' ? padding : '[PAD]'
  return {
    maxLength,
    paddingId: read.token_to_id(paddingName) ?? 0,
    encode(text) {
      const { ids } = tryRead(() => read.encode(text), path)
      return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), ...ids.slice(-1)]
    },
  }
}

async function loadLibrary(importLibrary: () => Promise<TokeniserLibrary>): Promise<TokeniserLibrary> {
  try {
    return await importLibrary()
  } catch (cause) {
    throw new AppError(
      'bad_config',
      { en: 'text encoders need a package that is not installed', zh: '使用文本编码器需要的软件包尚未安装' },
      {
        expected: '@huggingface/tokenizers',
        received: cause instanceof Error ? cause.message : String(cause),
        wayOut: {
          en: 'Run `npm install @huggingface/tokenizers`.',
          zh: '请运行 `npm install @huggingface/tokenizers`。',
        },
        cause,
      },
    )
  }
}

async function readJson(path: string, otherwise?: object): Promise<object> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (otherwise !== undefined) return undefined
    throw unreadable(path, 'the folder of a text encoder lacks a file', cause)
  })
  if (text === undefined) return otherwise ?? {}
  return tryRead(() => JSON.parse(text) as object, path)
}

function tryRead<T>(work: () => T, path: string): T {
  try {
    return work()
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function unreadable(path: string, received: string, cause: unknown): AppError {
  return new AppError(
    'bad_config',
    { en: 'the tokeniser of a text encoder cannot be read', zh: '无法读取文本编码器的分词器' },
    {
      where: path,
      expected: 'a tokenizer.json as Hugging Face writes it',
      received,
      wayOut: {
        en: 'Copy tokenizer.json from where the encoder comes from.',
        zh: '请从编码器的来源复制 tokenizer.json。',
      },
      cause,
    },
  )
}
