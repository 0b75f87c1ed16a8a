import pino from 'pino'
import type { Log } from '../core/log.ts'
import type { Config } from './config.ts'

/** JSON lines on stderr: stdout holds answers alone. */
export function createLog(level: Config['logLevel']): Log {
  const logger = pino({ level }, pino.destination({ dest: 2, sync: true }))
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  }
}
