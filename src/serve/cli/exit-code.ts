import { AppError, type ErrorCode } from '../../core/errors.ts'

/** 0 done, 1 failed, 2 usage, 3 configuration, 4 unreachable, 5 partly done. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5

const exitCodes: Partial<Record<ErrorCode, ExitCode>> = {
  bad_usage: 2,
  bad_config: 3,
  database_unreachable: 4,
  directory_in_use: 4,
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof AppError ? (exitCodes[error.code] ?? 1) : 1
}
