import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIntlSegmenter } from './segment-chinese.ts'
import { createTokeniser } from './tokenise.ts'

const tokenise = createTokeniser()

test('English becomes lower-case words without plurals, stop words and numbers', () => {
  expect(tokenise('SET OF 3 CAKE TINS, PANTRY DESIGN')).toEqual(['set', 'cake', 'tin', 'pantry', 'design'])
  expect(tokenise("The children's berries, boxes & glasses (x2)")).toEqual([
    'children',
    'berry',
    'box',
    'glass',
    'x2',
  ])
})

test('Chinese is cut into the words of shops', () => {
  expect(tokenise('北欧风不锈钢电饭煲 5L 家用多功能')).toEqual(
    expect.arrayContaining(['不锈钢', '电饭煲', '家用', '多功能']),
  )
})

test('a word of both scripts is cut in both ways', () => {
  expect(tokenise('LED台灯 for kids')).toEqual(['led', '台灯', 'kid'])
})

test('full-width letters are the same as their ordinary ones', () => {
  expect(tokenise('ＵＳＢ cables')).toEqual(['usb', 'cable'])
})

test('without jieba the words of the JavaScript engine serve', () => {
  const fallback = createTokeniser(createIntlSegmenter())
  expect(fallback('家用台灯').join('')).toBe('家用台灯')
})

test('whatever text comes, terms hold a letter, no blanks and no capitals', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const term of tokenise(text)) {
        expect(term).toMatch(/\p{L}/u)
        expect(term).not.toMatch(/\s/u)
        expect(term).toBe(term.toLowerCase())
      }
    }),
  )
})
