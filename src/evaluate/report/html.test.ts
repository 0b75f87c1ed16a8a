import { expect, test } from 'vitest'
import { html } from './html.ts'

test('a value cannot break out of its place', () => {
  const name = `"><script>alert('x')</script>`
  expect(html`<p title="${name}">${name}</p>`.html).not.toMatch(/<script|title=""/)
})

test('markup and lists of markup join as they are', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
  expect(html`<ul>${items}</ul>`.html).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>')
})
