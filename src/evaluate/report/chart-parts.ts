import type { CustomSeriesOption, CustomSeriesRenderItemAPI } from 'echarts'
import type { MetricValue } from '../evaluation.ts'
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

const whiskerStyle = { stroke: '#1c2330', lineWidth: 1.5, fill: 'none' } as const
/** Half the height of the stroke at each end, in pixels. */
const capHeight = 4

/** The interval of each value across its horizontal bar, in the order of the categories; nothing where there is none. */
export function whiskers(values: readonly MetricValue[]): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    // Before the bars.
    z: 3,
    encode: { x: [1, 2], y: 0 },
    data: values.flatMap(({ low, high }, index) =>
      low === undefined || high === undefined ? [] : [[index, round(low), round(high)]],
    ),
    renderItem: (_params, api) => ({
      type: 'group',
      children: whiskerLines(api).map((points) => ({
        type: 'polyline' as const,
        shape: { points },
        style: whiskerStyle,
      })),
    }),
  }
}

/** The line from low to high and a cap at each of them, in pixels. */
function whiskerLines(api: CustomSeriesRenderItemAPI): number[][][] {
  const [from, to] = [1, 2].map((side) => api.coord([api.value(side), api.value(0)]))
  const ends = [from, to].flatMap((end) => (end === undefined ? [] : [[end[0] ?? 0, end[1] ?? 0]]))
  const caps = ends.map(([x = 0, y = 0]) => [
    [x, y - capHeight],
    [x, y + capHeight],
  ])
  return [ends, ...caps]
}

/** Four digits are all that shows. */
export function round(value: number): number {
  return Number(value.toPrecision(4))
}
