import { z } from 'zod'
import type { Source } from '../../collect/sources.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'

const input = z.object({ name: z.string() })

/** `sources rm NAME`: its key is unknown from then on; what came with it stays. */
export const removeSource: Operation<z.output<typeof input>, Source> = {
  name: 'sources.rm',
  input,
  startsEmpty: true,
  run: ({ name }, { engine }) => engine.sources.remove(name),
  render: ({ name }, language) =>
    pick(language)(
      `'${name}' may send no more; what it sent is kept.`,
      `'${name}' 已不能再发送；此前发送的数据均已保留。`,
    ),
}
