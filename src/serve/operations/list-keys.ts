import { z } from 'zod'
import type { Operation } from '../operation.ts'
import { pick, textTable } from '../render.ts'
import type { SecretKey } from '../secret-keys.ts'

/** `keys ls`: who may ask for what, beside the owner. */
export const listKeys: Operation<Record<string, never>, { readonly keys: readonly SecretKey[] }> = {
  name: 'keys.ls',
  input: z.object({}),
  startsEmpty: true,
  run: async (_input, { engine }) => ({ keys: engine.secretKeys.list() }),
  render: ({ keys }, language) => {
    const say = pick(language)
    if (keys.length === 0) {
      return say(
        'No keys yet; `likeness keys add NAME --scope profiles:read` makes one.',
        '尚无密钥；可用 `likeness keys add 名称 --scope profiles:read` 创建。',
      )
    }
    return textTable(
      [say('key', '密钥'), say('begins with', '开头'), say('made', '创建于'), say('scopes', '权限范围')],
      keys.map(({ name, hint, createdAt, scopes }) => [
        name,
        hint,
        createdAt.slice(0, 10),
        scopes.join(', '),
      ]),
    )
  },
}
