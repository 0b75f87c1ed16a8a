import type { Random } from '../../math/random.ts'

/** Texts of two themes with words of their own; the theme is the label. */
export type ThemedTexts = { readonly texts: readonly string[]; readonly labels: Uint8Array }

const letters = 'bcdfgklmnprstvwz'

/** Words of two letters, `count` of them for each of two themes. */
function wordsOf(theme: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const number = theme * count + index
    return `${letters[number % letters.length]}${'aeiou'[Math.floor(number / letters.length)]}`
  })
}

/** Six words a text, nine of ten of its theme: what stands beside what tells the themes apart without labels. */
export function drawThemedTexts(count: number, random: Random, wordCount = 40): ThemedTexts {
  const themes = [0, 1].map((theme) => wordsOf(theme, wordCount))
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 2)
  const texts = Array.from(labels, (label) =>
    Array.from({ length: 6 }, () => {
      const theme = random.next() < 0.9 ? label : 1 - label
      return themes[theme]?.[random.integer(wordCount)] ?? ''
    }).join(' '),
  )
  return { texts, labels }
}

/** Three pairs of words a text, the second being the partner of the first in eight of ten, else any of the seven others. */
export function drawPairedTexts(count: number, random: Random): string[] {
  const [firsts, seconds] = ['abcdefgh', 'stuvwxyz']
  return Array.from({ length: count }, () =>
    Array.from({ length: 3 }, () => {
      const first = random.integer(8)
      const second = random.next() < 0.8 ? first : (first + 1 + random.integer(7)) % 8
      return `${firsts[first]} ${seconds[second]}`
    }).join(' '),
  )
}
