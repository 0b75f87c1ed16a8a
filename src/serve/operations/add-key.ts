import { z } from 'zod'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import type { SecretKey } from '../secret-keys.ts'

const input = z.object({ name: z.string(), scopes: z.array(z.string()) })

/** `keys add NAME --scope SCOPES`: makes a secret key and tells it this once. */
export const addKey: Operation<z.output<typeof input>, SecretKey & { readonly key: string }> = {
  name: 'keys.add',
  input,
  startsEmpty: true,
  run: ({ name, scopes }, { engine }) => engine.secretKeys.add(name, scopes),
  render: ({ key }) => key,
  note: ({ name, scopes }, language) =>
    pick(language)(
      `'${name}' may ask for ${scopes.join(', ')} with it, as Authorization: Bearer. It is not shown again: only its hash is kept.`,
      `'${name}' 可用此密钥（Authorization: Bearer）访问 ${scopes.join('、')}。密钥只显示这一次：系统仅保存其哈希。`,
    ),
}
