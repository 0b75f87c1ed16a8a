import { expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { readIdentityRules } from './identity-rules.ts'

const load = (rules: string) => loadConfig({}, { environment: { LIKENESS_IDENTITY_KINDS: rules } })

test('a shop’s rules stand over the usual ones, blocked addresses are compared as they are kept', async () => {
  const config = await load(
    '{"email":{"limit":3,"blocked":["Till@Shop.example"]},"external:wechat":{"priority":2}}',
  )
  const rules = readIdentityRules(config, ({ kind, id }) => ({ kind, id: `kept ${id}` }))
  expect(rules.kinds).toEqual({
    email: { limit: 3, priority: 2 },
    'external:wechat': { limit: 5, priority: 2 },
  })
  expect(rules.blocked).toContainEqual({ kind: 'email', id: 'kept till@shop.example' })
  expect(rules.blocked.length).toBeGreaterThan(10)
})

test.each(['{"e-mail":{}}', '{"email":{"limit":0}}', '{"email":{"most":3}}', 'email=3'])(
  'rules that nobody knows are refused: %s',
  async (rules) => {
    await expect(load(rules)).rejects.toMatchObject({ code: 'bad_config' })
  },
)
