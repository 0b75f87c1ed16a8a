import { z } from 'zod'
import { type Source, sourceKinds } from '../../collect/sources.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'

const input = z.object({ name: z.string(), kind: z.enum(sourceKinds) })

/** `sources add NAME --kind KIND`: makes a write key. */
export const addSource: Operation<z.output<typeof input>, Source> = {
  name: 'sources.add',
  input,
  startsEmpty: true,
  run: ({ name, kind }, { engine }) => engine.sources.add(name, kind),
  render: ({ writeKey }) => writeKey,
  note: ({ name, kind }, language) => {
    const say = pick(language)
    return kind === 'browser'
      ? say(`Browsers may send as '${name}' with it.`, `浏览器可用此密钥以 '${name}' 的名义发送。`)
      : say(
          `Your servers may send as '${name}' with it; keep it secret.`,
          `您的服务器可用此密钥以 '${name}' 的名义发送；请保密。`,
        )
  },
}
