import { AppError, type ErrorCode } from './errors.ts'
import type { Bilingual } from './language.ts'

/** An error as plain data, for another process. */
export type ErrorData =
  | {
      readonly kind: 'told'
      readonly code: ErrorCode
      readonly text: Bilingual
      readonly wayOut: Bilingual
      readonly expected?: string | undefined
      readonly received?: string | undefined
      readonly where?: string | undefined
      readonly retryAfterSeconds?: number | undefined
      readonly cause?: string
    }
  | { readonly kind: 'fault'; readonly text: string }

/** What is told to people stays so; anything else is a fault with its stack. */
export function toErrorData(error: unknown): ErrorData {
  if (!(error instanceof AppError))
    return { kind: 'fault', text: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  const { code, text, wayOut, expected, received, where, retryAfterSeconds, cause } = error
  const told = { kind: 'told', code, text, wayOut, expected, received, where, retryAfterSeconds } as const
  return cause === undefined
    ? told
    : { ...told, cause: cause instanceof Error ? cause.message : String(cause) }
}

export function fromErrorData(data: ErrorData): Error {
  if (data.kind === 'fault') return new Error(data.text)
  const { code, text, wayOut, expected, received, where, retryAfterSeconds, cause } = data
  return new AppError(code, text, {
    wayOut,
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    ...(where !== undefined && { where }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(cause !== undefined && { cause: new Error(cause) }),
  })
}
