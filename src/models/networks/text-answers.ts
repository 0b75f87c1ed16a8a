import { AppError } from '../../core/errors.ts'
import { pause } from '../../core/pause.ts'
import { exportNetwork, type Network, type NetworkWeights } from '../../tensor/network.ts'
import { type OnnxSession, openSession } from '../../tensor/onnx-session.ts'
import { readWeights } from '../../tensor/read-weights.ts'
import { cutByLength, feedPieces, formOf } from './text-lengths.ts'

/** A trained network of texts that answers. */
export type TextAnswers = AsyncDisposable & {
  readonly weights: NetworkWeights
  /** [texts × width] in the order of the texts. @throws AppError 'stopped'. */
  answer(texts: readonly Int32Array[], signal?: AbortSignal): Promise<Float32Array>
}

/** How a network of texts is written down for each length, shortest first, and what it answers. */
export type TextForms = {
  readonly lengths: readonly number[]
  readonly networkOf: (length: number) => Network
  readonly output: string
  readonly width: number
}

/** Texts of the greatest length that are answered in one run. */
const answeredAtOnce = 64

/**
 * The file is read as it stands for texts of the greatest length; the networks for shorter ones are written anew with its weights.
 * @throws AppError 'bad_config' where there is no network, or one that cannot be run or is not of these forms.
 */
export async function openTextAnswers(
  onnx: Uint8Array | undefined,
  { lengths, networkOf, output, width }: TextForms,
): Promise<TextAnswers> {
  if (onnx === undefined) throw damaged("the saved model has no part 'network'")
  const longest = await openSession(onnx)
  const weights = readWeights(onnx)
  const shorter: OnnxSession[] = []
  try {
    for (const length of lengths.slice(0, -1))
      shorter.push(await openSession(writeForm(networkOf(length), weights)))
  } catch (error) {
    for (const session of [...shorter, longest]) await session[Symbol.asyncDispose]()
    throw error
  }
  const sessions = [...shorter, longest]
  return {
    weights,
    async answer(texts, signal) {
      const answers = new Float32Array(texts.length * width)
      const order = Uint32Array.from(texts.keys())
      for (const rows of cutByLength(lengths, texts, order, answeredAtOnce)) {
        await pause(signal)
        const form = formOf(lengths, texts, rows)
        const batch = Array.from(rows, (row) => texts[row] ?? new Int32Array())
        const results = await sessions[form]?.run({ pieces: feedPieces(batch, lengths[form] ?? 0) })
        const values = results?.[output]
        if (values?.length !== rows.length * width)
          throw damaged(`${values?.length} numbers for ${rows.length} texts of ${width}`)
        for (const [place, row] of rows.entries())
          answers.set(values.subarray(place * width, (place + 1) * width), row * width)
      }
      return answers
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) await session[Symbol.asyncDispose]()
    },
  }
}

function writeForm(network: Network, weights: NetworkWeights): Uint8Array {
  try {
    return exportNetwork(network, weights)
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function damaged(received: string, cause?: unknown): AppError {
  return new AppError(
    'bad_config',
    { en: 'the saved network is not the one that its card tells of', zh: '已保存的网络与其说明不符' },
    {
      received,
      wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' },
      ...(cause !== undefined && { cause }),
    },
  )
}
