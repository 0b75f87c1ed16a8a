import { fromErrorData } from '../core/error-data.ts'
import { throwIfStopped } from '../core/errors.ts'
import type { Database, FileLoad, FileTarget, InsertOptions, QueryOptions } from './database.ts'
import type { MessageLine } from './message-line.ts'
import type { DatabaseAnswer, DatabaseRequest, DatabaseTraits, Method } from './process/messages.ts'

type Waiting = {
  readonly resolve: (answer: DatabaseAnswer) => void
  readonly reject: (error: Error) => void
}

/**
 * The database of the process at the other end of the line (`serveDatabase`), as the same port as any other. Rows are copied.
 * Disposing of it closes the line.
 */
export function connectDatabase(line: MessageLine, traits: DatabaseTraits): Database {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  line.onMessage((message) => {
    // The other end is `serveDatabase`.
    const answer = message as DatabaseAnswer
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.kind === 'error') asked?.reject(fromErrorData(answer.error))
    else asked?.resolve(answer)
  })
  const link: Link = {
    nextId: () => ++lastId,
    send: (request) => line.send(request),
    ask: (request) => {
      const { promise, resolve, reject } = Promise.withResolvers<DatabaseAnswer>()
      waiting.set(request.id, { resolve, reject })
      line.send(request)
      return promise
    },
    await: (id) => {
      const { promise, resolve, reject } = Promise.withResolvers<DatabaseAnswer>()
      waiting.set(id, { resolve, reject })
      return promise
    },
  }
  return {
    ...traits,
    query: async <Row>(sql: string, options: QueryOptions = {}) =>
      (await callOther(link, 'query', [sql, plainOf(options)], options.signal)) as Row[],
    stream: <Row>(sql: string, options: QueryOptions = {}) => streamFrom<Row>(link, sql, options),
    execute: async (sql, options: QueryOptions = {}) => {
      await callOther(link, 'execute', [sql, plainOf(options)], options.signal)
    },
    executeOnEveryNode: async (sql, options: QueryOptions = {}) => {
      await callOther(link, 'executeOnEveryNode', [sql, plainOf(options)], options.signal)
    },
    insert: async (table, rows, options: InsertOptions = {}) => {
      await callOther(link, 'insert', [table, rows, plainOf(options)], options.signal)
    },
    exportTo: async (target: FileTarget, sql: string, options: QueryOptions = {}) => {
      await callOther(link, 'exportTo', [target, sql, plainOf(options)], options.signal)
    },
    loadFile: async (load: FileLoad) =>
      Number(await callOther(link, 'loadFile', [plainOf(load)], load.signal)),
    takeTurns: (name, work, signal) => takeTurn(link, name, work, signal),
    [Symbol.asyncDispose]: async () => line.close(),
  }
}

type Link = {
  nextId(): number
  send(request: DatabaseRequest): void
  ask(request: DatabaseRequest): Promise<DatabaseAnswer>
  await(id: number): Promise<DatabaseAnswer>
}

/** Signals cannot be copied to another process. */
function plainOf<Options extends { readonly signal?: AbortSignal }>({ signal: _, ...plain }: Options) {
  return plain
}

/** Passes a signal on for as long as the work lasts. */
async function heeding<Result>(
  link: Link,
  id: number,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  throwIfStopped(signal)
  const stop = () => link.send({ id, kind: 'stop' })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await work()
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function callOther(
  link: Link,
  method: Method,
  args: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const id = link.nextId()
  const answer = await heeding(link, id, signal, () => link.ask({ id, kind: 'call', method, args }))
  return answer.kind === 'value' ? answer.value : undefined
}

async function* streamFrom<Row>(
  link: Link,
  sql: string,
  options: QueryOptions,
): AsyncGenerator<readonly Row[]> {
  const { signal } = options
  throwIfStopped(signal)
  const id = link.nextId()
  link.send({ id, kind: 'stream', sql, options: plainOf(options) })
  let isOver = false
  try {
    for (;;) {
      const answer = await heeding(link, id, signal, () => link.ask({ id, kind: 'next' }))
      if (answer.kind !== 'value') {
        isOver = true
        return
      }
      yield answer.value as readonly Row[]
    }
  } finally {
    if (signal?.aborted) link.send({ id, kind: 'stop' })
    if (!isOver) await link.ask({ id, kind: 'leave' })
  }
}

/** The turn is held there while the work is done here. */
async function takeTurn<Result>(
  link: Link,
  name: string,
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const id = link.nextId()
  await heeding(link, id, signal, () => link.ask({ id, kind: 'turn', name }))
  const over = link.await(id)
  try {
    return await work()
  } finally {
    link.send({ id, kind: 'release' })
    await over
  }
}
