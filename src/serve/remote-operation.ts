import { z } from 'zod'
import { AppError, errorTexts, throwIfStopped } from '../core/errors.ts'
import type { Progress } from '../core/progress.ts'
import type { RunningServer } from './running-server.ts'

const bilingual = z.object({ en: z.string(), zh: z.string() })

/** One line of the answer to an operation: signs of progress, then the output or the error. */
const messageSchema = z.union([
  z.object({
    progress: z.object({
      stage: bilingual,
      done: z.number(),
      total: z.number().optional(),
      unit: z.string().optional(),
    }),
  }),
  z.object({ output: z.unknown() }),
  z.object({
    error: z.object({
      code: z.string(),
      text: bilingual,
      wayOut: bilingual,
      expected: z.string().optional(),
      received: z.string().optional(),
      where: z.string().optional(),
    }),
  }),
])
export type OperationMessage = z.infer<typeof messageSchema>

/**
 * Runs an operation in the server that owns the data directory.
 * @throws AppError as the operation did there; 'stopped' when the signal fires (the server then stops it, too);
 *   'database_unreachable' when the server goes away midway.
 */
export async function runRemotely(
  server: RunningServer,
  name: string,
  input: unknown,
  context: RemoteContext,
): Promise<unknown> {
  try {
    return await ask(server, name, input, context)
  } catch (error) {
    throwIfStopped(context.signal)
    if (error instanceof TypeError) throw wentAway(server, error) // What fetch throws for a broken connection.
    throw error
  }
}

type RemoteContext = { readonly progress: Progress; readonly signal: AbortSignal }

async function ask(
  server: RunningServer,
  name: string,
  input: unknown,
  context: RemoteContext,
): Promise<unknown> {
  const response = await fetch(new URL(`/v1/operations/${name}`, server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: JSON.stringify(input),
    signal: context.signal,
  })
  if (!response.ok || response.body === null) {
    throw new AppError('bad_usage', `the server answered ${response.status}: ${await response.text()}`)
  }
  for await (const line of linesOf(response.body)) {
    const message = messageSchema.parse(JSON.parse(line))
    if ('error' in message) throw toAppError(message.error)
    if ('output' in message) return message.output
    const { total, unit, ...step } = message.progress
    context.progress({ ...step, ...(total === undefined ? {} : { total }), ...(unit ? { unit } : {}) })
  }
  throw wentAway(server)
}

function wentAway({ url }: RunningServer, cause?: unknown): AppError {
  return new AppError(
    'database_unreachable',
    {
      en: `the server at ${url} went away before it answered`,
      zh: `位于 ${url} 的服务在回应之前断开`,
    },
    { ...(cause === undefined ? {} : { cause }) },
  )
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function toAppError(error: Extract<OperationMessage, { error: unknown }>['error']): Error {
  const { code, text, wayOut, expected, received, where } = error
  if (!(code in errorTexts)) return new Error(text.en)
  return new AppError(code as keyof typeof errorTexts, text, {
    wayOut,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    ...(where === undefined ? {} : { where }),
  })
}
