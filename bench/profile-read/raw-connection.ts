import { once } from 'node:events'
import { connect } from 'node:net'

/** One kept connection that asks for one thing after another, with as little work as HTTP allows. */
export type RawConnection = {
  /** Resolves when the whole answer is here. */
  get(path: string): Promise<RawAnswer>
  close(): void
}

type RawAnswer = { readonly status: number; readonly bodyBytes: number }

type Waiting = { readonly resolve: (answer: RawAnswer) => void; readonly reject: (error: Error) => void }

const headEnd = Buffer.from('\r\n\r\n')

/**
 * A load generator shares the machine with what it loads, so it reads of an answer its status and its length alone.
 * Answers without a length are refused: servers of JSON give one.
 */
export async function openRawConnection(url: string): Promise<RawConnection> {
  const { hostname, port, host } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let waiting: Waiting | undefined
  let pending: Buffer = Buffer.alloc(0)
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const answer = readAnswer(pending)
    if (answer === undefined) return
    if ('problem' in answer) return fail(new Error(answer.problem))
    pending = pending.subarray(answer.size)
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(answer)
  })
  return {
    get(path) {
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 'latin1')
      })
    },
    close: () => socket.destroy(),
  }
}

type ReadAnswer = (RawAnswer & { readonly size: number }) | { readonly problem: string }

/** Undefined while a part is missing. */
export function readAnswer(bytes: Buffer): ReadAnswer | undefined {
  const end = bytes.indexOf(headEnd)
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const status = Number(head.slice(9, 12))
  if (length === undefined && status !== 304) return { problem: `an answer without a length: ${head}` }
  const bodyBytes = Number(length ?? 0)
  const size = end + headEnd.length + bodyBytes
  return bytes.length < size ? undefined : { status, bodyBytes, size }
}
