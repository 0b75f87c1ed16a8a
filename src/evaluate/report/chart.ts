import { createRequire } from 'node:module'
import type { init } from 'echarts'
import { type Html, html, trusted } from './html.ts'

/** What ECharts draws; typed loosely by the library itself. */
export type ChartOption = Parameters<ReturnType<typeof init>['setOption']>[0]

/** Colour-blind safe (Okabe & Ito), in the order in which series take them. */
export const palette = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#8a8d91',
  '#f0e442',
]
export const quietColour = '#8a8d91'

const width = 560
const font =
  'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif'

/** The library in one file, loaded with the first chart: its many modules took 1.1 s of every command's start. */
const loadLibrary = createRequire(import.meta.url)

/** A chart as inline SVG: no script, no network, scales with the page. `label` tells a screen reader what it shows. */
export function drawChart(option: ChartOption, label: string, height = 300): Html {
  const library = loadLibrary('echarts') as { readonly init: typeof init }
  const chart = library.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false,
    color: palette,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: font, fontSize: 12 },
    ...option,
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return html`<figure role="img" aria-label="${label}">${trusted(scalable(svg))}</figure>`
}

/** The library writes a fixed size; the page decides instead. */
function scalable(svg: string): string {
  return svg.replace(/<svg width="\d+" height="\d+"/, '<svg width="100%"')
}
