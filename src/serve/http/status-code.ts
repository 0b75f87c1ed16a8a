import type { ErrorCode } from '../../core/errors.ts'

const statusCodes: Partial<Record<ErrorCode, number>> = {
  not_found: 404,
  not_built: 409,
  too_little_data: 409,
  directory_in_use: 503,
  database_unreachable: 503,
  database_failed: 500,
  cannot_write: 500,
  diverged: 500,
  stopped: 503,
  overloaded: 503,
  disk_full: 503,
  unauthorised: 401,
}

/** HTTP status of an error; what is not listed is the caller's to mend. */
export function statusCodeOf(code: ErrorCode): number {
  return statusCodes[code] ?? 400
}
