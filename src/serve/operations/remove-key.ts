import { z } from 'zod'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import type { SecretKey } from '../secret-keys.ts'

const input = z.object({ name: z.string() })

/** `keys rm NAME`: it opens nothing from then on. */
export const removeKey: Operation<z.output<typeof input>, SecretKey> = {
  name: 'keys.rm',
  input,
  startsEmpty: true,
  run: ({ name }, { engine }) => engine.secretKeys.remove(name),
  render: ({ name }, language) =>
    pick(language)(`The key '${name}' opens nothing any more.`, `密钥 '${name}' 已失效。`),
}
