import { AppError } from '../../core/errors.ts'
import { type Feeds, openSession } from '../../tensor/onnx-session.ts'
import { answerBatchSize, cutBatches } from './run-epochs.ts'

/** A trained network that answers. */
export type Answers = AsyncDisposable & {
  readonly onnx: Uint8Array
  /** Of all rows, batch by batch; [rows × width]. */
  answer(rowCount: number, feedOf: (rows: Uint32Array) => Feeds): Promise<Float64Array>
}

/** @throws AppError 'bad_config' where there is no network, or one that cannot be run. */
export async function openAnswers(onnx: Uint8Array | undefined, width: number): Promise<Answers> {
  if (onnx === undefined)
    throw new AppError(
      'bad_config',
      { en: "the saved model has no part 'network'", zh: '已保存的模型缺少“network”部分' },
      { wayOut: { en: 'Train the model again.', zh: '请重新训练该模型。' } },
    )
  const session = await openSession(onnx)
  return {
    onnx,
    async answer(rowCount, feedOf) {
      const answers = new Float64Array(rowCount * width)
      const order = Uint32Array.from({ length: rowCount }, (_, row) => row)
      for (const rows of cutBatches(order, answerBatchSize)) {
        const { answer } = await session.run(feedOf(rows))
        if (answer?.length !== rows.length * width)
          throw new Error(`a network answered ${answer?.length} numbers for ${rows.length} rows of ${width}`)
        answers.set(answer, (rows[0] ?? 0) * width)
      }
      return answers
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
}
