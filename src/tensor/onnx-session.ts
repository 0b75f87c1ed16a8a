import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { AppError } from '../core/errors.ts'

/** The numbers of a tensor, row-major. */
type Numbers = Float32Array | Int32Array | BigInt64Array

export type Feed = { readonly data: Numbers; readonly shape: readonly number[] }
export type Feeds = Readonly<Record<string, Feed>>

/** A model that is ready to run. */
export type OnnxSession = AsyncDisposable & {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  /**
   * Runs once and answers every output. Outputs named in `into` are written into the arrays given, which must be none of the
   * inputs; all others are new.
   */
  run(feeds: Feeds, into?: Feeds): Promise<Readonly<Record<string, Float32Array>>>
}

export type SessionOptions = {
  /** 1 by default: more do not give the same sums in the same order. */
  readonly threadCount?: number
  /** The outputs to answer of those there are; all by default. */
  readonly outputNames?: (all: readonly string[]) => readonly string[]
}

/**
 * Loads the bytes of an .onnx file. The runtime runs in this thread: others wait while it does.
 * @throws AppError 'bad_config' for bytes that are no model, or one that this runtime does not know.
 */
export async function openSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const { InferenceSession, Tensor } = await loadRuntime()
  const session = await createSession(InferenceSession.create, bytes, options.threadCount ?? 1)
  const outputNames = options.outputNames?.(session.outputNames) ?? session.outputNames
  const wrap = ({ data, shape }: Feed): OrtTensor => {
    if (data instanceof Float32Array) return new Tensor('float32', data, shape)
    return data instanceof Int32Array ? new Tensor('int32', data, shape) : new Tensor('int64', data, shape)
  }
  const wrapAll = (feeds: Feeds) =>
    Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, wrap(feed)]))
  return {
    inputNames: session.inputNames,
    outputNames,
    async run(feeds, into = {}) {
      const outputs = {
        ...Object.fromEntries(outputNames.map((name) => [name, null])),
        ...wrapAll(into),
      }
      const results = await session.run(wrapAll(feeds), outputs)
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, floatsOf(name, tensor)]),
      )
    },
    async [Symbol.asyncDispose]() {
      await session.release()
    },
  }
}

/** Loaded when a network is first needed: its library is large, and most commands run none. */
async function loadRuntime(): Promise<typeof import('onnxruntime-node')> {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new AppError(
      'bad_config',
      { en: 'ONNX Runtime cannot be loaded on this machine', zh: '本机无法加载 ONNX Runtime' },
      {
        where: `${process.platform} ${process.arch}`,
        expected: 'Linux with glibc, Windows (x64, arm64) or macOS on Apple silicon',
        received: cause instanceof Error ? cause.message : String(cause),
        wayOut: {
          en: 'Networks need such a machine; all other models run.',
          zh: '神经网络需要上述平台；其他模型不受影响。',
        },
        cause,
      },
    )
  }
}

async function createSession(
  create: typeof InferenceSession.create,
  bytes: Uint8Array,
  threadCount: number,
): Promise<InferenceSession> {
  try {
    return await create(bytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threadCount,
      interOpNumThreads: 1,
      // Warnings of the runtime go to stderr past every log: only errors are let through.
      logSeverityLevel: 3,
      // Threads that wait must sleep: spinning takes the cores from everybody else.
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    })
  } catch (cause) {
    throw new AppError(
      'bad_config',
      { en: 'this is no network that can be run', zh: '这不是可运行的网络文件' },
      {
        received: cause instanceof Error ? cause.message : String(cause),
        wayOut: { en: 'Train it again with this version.', zh: '请用当前版本重新训练。' },
        cause,
      },
    )
  }
}

function floatsOf(name: string, tensor: OrtTensor): Float32Array {
  if (tensor.data instanceof Float32Array) return tensor.data
  throw new AppError(
    'bad_config',
    { en: `the output '${name}' of a network holds other numbers`, zh: `网络输出“${name}”的数值类型不符` },
    {
      expected: 'float32',
      received: tensor.type,
      wayOut: { en: 'Take the export of the network in float32.', zh: '请使用 float32 导出的网络。' },
    },
  )
}
