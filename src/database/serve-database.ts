import { toErrorData } from '../core/error-data.ts'
import type { Database, FileLoad, FileTarget, InsertOptions, QueryOptions } from './database.ts'
import type { MessageLine } from './message-line.ts'
import type { DatabaseAnswer, DatabaseRequest } from './process/messages.ts'

type Open = {
  readonly stopper: AbortController
  readonly rows?: AsyncIterator<readonly unknown[]>
  readonly release?: () => void
}

/**
 * Answers another process's `connectDatabase`: an embedded database belongs to one process. Ends when the line does; what was
 * under way is stopped and turns are given back.
 */
export function serveDatabase(database: Database, line: MessageLine): void {
  const open = new Map<number, Open>()
  const send = (answer: DatabaseAnswer) => line.send(answer)
  const settle = async (id: number, work: () => Promise<DatabaseAnswer>) => {
    try {
      send(await work())
    } catch (error) {
      open.delete(id)
      send({ id, kind: 'error', error: toErrorData(error) })
    }
  }
  line.onMessage((message) => {
    // The other end is `connectDatabase`.
    const request = message as DatabaseRequest
    const { id } = request
    const known = open.get(id)
    switch (request.kind) {
      case 'call': {
        const stopper = new AbortController()
        open.set(id, { stopper })
        return void settle(id, async () => {
          const value = await call(database, request, stopper.signal)
          open.delete(id)
          return { id, kind: 'value', value }
        })
      }
      case 'stream': {
        const stopper = new AbortController()
        const options = { ...request.options, signal: stopper.signal }
        const rows = database.stream<unknown>(request.sql, options)[Symbol.asyncIterator]()
        open.set(id, { stopper, rows })
        return undefined
      }
      case 'next':
        return void settle(id, async () => {
          const next = await known?.rows?.next()
          if (next !== undefined && next.done !== true) return { id, kind: 'value', value: next.value }
          open.delete(id)
          return { id, kind: 'end' }
        })
      case 'leave':
        open.delete(id)
        return void settle(id, async () => {
          // What was stopped ends with an error that its own reader was told.
          await known?.rows?.return?.().catch(() => undefined)
          return { id, kind: 'end' }
        })
      case 'turn':
        return void settle(id, () => holdTurn(database, request, open, send))
      case 'release':
        return known?.release?.()
      case 'stop':
        return known?.stopper.abort()
      default:
        return request satisfies never
    }
  })
  line.onClose(() => {
    for (const { stopper, rows, release } of open.values()) {
      stopper.abort()
      release?.()
      void rows?.return?.().catch(() => undefined)
    }
    open.clear()
  })
}

/** Granted by `value`, over by `end`. */
async function holdTurn(
  database: Database,
  { id, name }: Extract<DatabaseRequest, { kind: 'turn' }>,
  open: Map<number, Open>,
  send: (answer: DatabaseAnswer) => void,
): Promise<DatabaseAnswer> {
  const stopper = new AbortController()
  const over = Promise.withResolvers<void>()
  open.set(id, { stopper, release: over.resolve })
  await database.takeTurns(
    name,
    () => {
      send({ id, kind: 'value' })
      return over.promise
    },
    stopper.signal,
  )
  open.delete(id)
  return { id, kind: 'end' }
}

function call(
  database: Database,
  { method, args }: Extract<DatabaseRequest, { kind: 'call' }>,
  signal: AbortSignal,
): Promise<unknown> {
  // `connectDatabase` sends the arguments of the method, without its signal.
  const [first, second, third] = args as readonly [never, never, never]
  const withSignal = <Options extends object>(options: Options | undefined) => ({ ...options, signal })
  switch (method) {
    case 'query':
      return database.query(first as string, withSignal(second as QueryOptions | undefined))
    case 'execute':
      return database.execute(first as string, withSignal(second as QueryOptions | undefined))
    case 'executeOnEveryNode':
      return database.executeOnEveryNode(first as string, withSignal(second as QueryOptions | undefined))
    case 'insert':
      return database.insert(
        first as string,
        second as readonly object[],
        withSignal(third as InsertOptions | undefined),
      )
    case 'exportTo':
      return database.exportTo(
        first as FileTarget,
        second as string,
        withSignal(third as QueryOptions | undefined),
      )
    case 'loadFile':
      return database.loadFile({ ...(first as FileLoad), signal })
    default:
      return method satisfies never
  }
}
