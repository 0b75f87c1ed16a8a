import { init } from 'echarts'

/** Predicted against actual as an SVG, with the line on which a perfect forecast would lie. */
export function drawScatter(points: readonly (readonly [number, number])[], title: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 560 })
  const all = points.flat()
  const [least, most] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))]
  const axis = (name: string) => ({
    type: 'value' as const,
    min: least,
    max: most,
    name,
    nameLocation: 'middle' as const,
    nameGap: 30,
  })
  chart.setOption({
    animation: false,
    title: { text: title, textStyle: { fontSize: 14 }, left: 'center' },
    grid: { left: 65, right: 30, top: 50, bottom: 55 },
    xAxis: axis('actual'),
    yAxis: axis('predicted'),
    series: [
      {
        type: 'scatter',
        symbolSize: 5,
        itemStyle: { opacity: 0.5, color: '#0072b2' },
        data: points.map((point) => point.map((value) => Number(value.toPrecision(5)))),
      },
      {
        type: 'line',
        showSymbol: false,
        silent: true,
        lineStyle: { type: 'dashed', width: 1, color: '#8a8d91' },
        data: [
          [least, least],
          [most, most],
        ],
      },
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
