import type { Random } from '../math/random.ts'
import { chooseOne, drawUuid } from './choose.ts'
import { browsers } from './words/browsers.ts'

/** One browser of one person; a shop knows it by its anonymous id until somebody logs in on it. */
export type Device = {
  readonly anonymousId: string
  readonly kind: 'phone' | 'desktop' | 'tablet'
  readonly userAgent: string
  /** How far its clock is ahead. `timestamp` corrects it, `originalTimestamp` does not. */
  readonly clockSkewMs: number
}

/** One to three devices of different kinds, the most used one first; 3 % have a clock off by up to an hour. */
export function drawDevices(random: Random): readonly Device[] {
  const kinds = random.next() < 0.68 ? (['phone', 'desktop'] as const) : (['desktop', 'phone'] as const)
  const draw = random.next()
  const count = draw < 0.5 ? 1 : draw < 0.9 ? 2 : 3
  return [...kinds, 'tablet' as const].slice(0, count).map((kind) => ({
    anonymousId: drawUuid(random),
    kind,
    userAgent: chooseOne(browsers[kind], random),
    clockSkewMs: random.next() < 0.03 ? Math.round((random.next() * 2 - 1) * 3_600_000) : 0,
  }))
}
