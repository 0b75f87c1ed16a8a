import type { AppError } from '../../core/errors.ts'

/** An error on the wire; the schema is `errorSchema` of profile-schema.ts. */
export function errorBody(error: AppError): object {
  const { code, text, wayOut, expected, received, where } = error
  return { code, message: text.en, messageZh: text.zh, expected, received, where, wayOut }
}
