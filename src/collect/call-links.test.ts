import { expect, test } from 'vitest'
import type { IdentityStatement } from '../core/identity.ts'
import { accept, envelope } from './testing/read-calls.ts'

const at = Date.parse(envelope.timestamp)
const nameOf = ({ kind, first, second }: IdentityStatement) =>
  `${kind} ${first.kind}:${first.id} ${second.kind}:${second.id}`
function linksOf(call: object): readonly string[] {
  return accept({ ...envelope, type: 'track', event: 'x', ...call }).links.map(nameOf)
}

test('both ids of any call are one person’s at its time, told by its source', () => {
  const [link, ...others] = accept({ ...envelope, type: 'page', name: 'Home' }).links
  expect(link).toEqual({
    kind: 'together',
    first: { kind: 'user_id', id: 'u-7' },
    second: { kind: 'anonymous_id', id: 'device-3' },
    atMs: at,
    source: 'web',
  })
  expect(others).toEqual([])
})

test('an id named alone is told as well', () => {
  expect(linksOf({ userId: null })).toEqual(['together anonymous_id:device-3 anonymous_id:device-3'])
  expect(linksOf({ anonymousId: null })).toEqual(['together user_id:u-7 user_id:u-7'])
})

test('contacts, devices and ids of third parties go with the user, else with the browser', () => {
  const context = {
    traits: { email: ' Ann@Shop.com ', phone: '0086 13800138001' },
    device: { id: 'idfv-1' },
    externalIds: [
      { id: 'w-1', type: 'WeChat', collection: 'users', encoding: 'none' },
      { id: 'x', type: 'no such type' },
      { id: 'null', type: 'wechat' },
      'not an object',
    ],
  }
  const others = ['email:ann@shop.com', 'phone:+8613800138001', 'device_id:idfv-1', 'external:wechat:w-1']
  expect(linksOf({ context })).toEqual(
    ['anonymous_id:device-3', ...others].map((other) => `together user_id:u-7 ${other}`),
  )
  expect(linksOf({ context, userId: null })).toEqual(
    others.map((other) => `together anonymous_id:device-3 ${other}`),
  )
})

test('an alias merges the previous id, as a browser’s and as a user’s, into the user', () => {
  const alias = accept({
    messageId: 'm',
    type: 'alias',
    userId: 'u-7',
    previousId: 'old',
    timestamp: envelope.timestamp,
  })
  expect(alias.links.map(nameOf)).toEqual([
    'together user_id:u-7 user_id:u-7',
    'merge anonymous_id:old user_id:u-7',
    'merge user_id:old user_id:u-7',
  ])
})

test('ids that are nobody’s are never told', () => {
  const context = {
    device: { id: '00000000-0000-0000-0000-000000000000' },
    externalIds: [{ id: '0', type: 'a' }],
  }
  expect(linksOf({ context, anonymousId: 'undefined' })).toEqual(['together user_id:u-7 user_id:u-7'])
})

test('facts of a third party carry its name and what they may be used for', () => {
  const traits = { age: 31 }
  const [own] = accept({ ...envelope, type: 'identify', traits }).traits
  expect([own?.source, own?.purpose]).toEqual(['web', ''])
  const context = { source: 'panel-institute', purpose: 'advertising' }
  const [bought] = accept({ ...envelope, type: 'identify', traits, context }).traits
  expect([bought?.source, bought?.purpose]).toEqual(['panel-institute', 'advertising'])
})

test('thousands of ids of third parties in one call are cut at twenty', () => {
  const externalIds = Array.from({ length: 500 }, (_, index) => ({ id: `id ${index}`, type: 'crm' }))
  expect(linksOf({ context: { externalIds } })).toHaveLength(21)
})
