import { quietColour } from './chart.ts'

export const titleStyle = { fontSize: 13 }

/** A numeric axis from 0 to `max` with its name in the middle. */
export function axis(name: string, max: number) {
  return {
    type: 'value' as const,
    min: 0,
    max: round(max),
    name,
    nameLocation: 'middle' as const,
    nameGap: 28,
  }
}

export function line(data: number[][]) {
  return {
    type: 'line' as const,
    showSymbol: false,
    lineStyle: { width: 2 },
    data: data.map((point) => point.map(round)),
  }
}

/** Where a perfect forecast, or a coin, would lie. */
export function diagonal(top: number) {
  return {
    type: 'line' as const,
    showSymbol: false,
    silent: true,
    lineStyle: { type: 'dashed' as const, width: 1, color: quietColour },
    data: [
      [0, 0],
      [top, top],
    ],
  }
}

/** Four digits are all that shows. */
export function round(value: number): number {
  return Number(value.toPrecision(4))
}
