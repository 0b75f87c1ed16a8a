import { createRandom, type Random } from '../../math/random.ts'
import { multiply } from '../elementwise.ts'
import { gradientsOf } from '../gradients.ts'
import { createGraph, type Graph, type Tensor } from '../graph.ts'
import { encodeGraph } from '../network.ts'
import { type Feeds, type OnnxSession, openSession } from '../onnx-session.ts'
import { cutParameters, joinGradients, layOut } from '../parameter-layout.ts'
import { sumOfAll } from '../reduce.ts'
import type { Shape } from '../shape.ts'

export type GradientCase = {
  /** Shapes of what is differentiated by. */
  readonly shapes: readonly (readonly number[])[]
  readonly build: (tensors: readonly Tensor[], graph: Graph) => Tensor
  /** How an element is drawn; standard normal by default. */
  readonly draw?: (random: Random) => number
  /** Inputs without a gradient. */
  readonly feeds?: Feeds
  /** True where each run draws by chance. */
  readonly isByChance?: boolean
}

const width = 1 / 128

/**
 * The largest distance between the gradient by the graph and by central differences, of a random weighted sum of the output,
 * relative to the largest gradient. Parameters that the case declares are differentiated by as well. The sum is taken in
 * float64; the differences are good to about 1e-3.
 */
export async function gradientError(each: GradientCase): Promise<number> {
  const { bytes, points, weights, feeds } = prepare(each)
  await using shared = await openSession(bytes)
  const at = async (changed: Points) => {
    if (each.isByChance !== true) return runKnown(shared, { ...feeds, ...changed })
    // A session of its own for each point: what is drawn by chance is then the same.
    await using session = await openSession(bytes)
    return await runKnown(session, { ...feeds, ...changed })
  }
  const found = await at(points)
  let [furthest, largest] = [0, 0]
  for (const [name, { data }] of Object.entries(points))
    for (const place of data.keys()) {
      const above = await at(moved(points, name, place, width))
      const below = await at(moved(points, name, place, -width))
      const difference = (weigh(above.output, weights) - weigh(below.output, weights)) / (2 * width)
      const gradient = found[`gradient ${name}`]?.[place] ?? Number.NaN
      furthest = Math.max(furthest, Math.abs(gradient - difference))
      largest = Math.max(largest, Math.abs(difference))
    }
  return furthest / largest
}

type Points = Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>

function prepare({ shapes, build, draw, feeds = {} }: GradientCase) {
  const random = createRandom('finite differences')
  const drawAll = (count: number) =>
    Float32Array.from({ length: count }, () => draw?.(random) ?? random.normal())
  const graph = createGraph('training', 7)
  const tensors = shapes.map((shape, index) => graph.lookup(`x${index}`, shape))
  const output = build(tensors, graph)
  const layout = layOut(graph.parameters)
  const weights = drawAll(sizeOf(output.shape))
  const loss = sumOfAll(multiply(output, graph.constant(weights, output.shape.map(Number))))
  const parameters = layout.parameters.map(({ name, shape }) => ({ ...output, name, shape }))
  const gradients = gradientsOf(loss, [...tensors, ...parameters])
  const outputs: Record<string, Tensor> = { output }
  const points: Record<string, Points[string]> = {}
  for (const [index, { name, shape }] of tensors.entries()) {
    points[name] = { data: drawAll(sizeOf(shape)), shape: shape.map(Number) }
    outputs[`gradient ${name}`] = gradients[index] ?? fail(`no gradient of ${name}`)
  }
  if (layout.total > 0) {
    graph.input('parameters', [layout.total])
    points.parameters = { data: drawAll(layout.total), shape: [layout.total] }
    outputs['gradient parameters'] = joinGradients(layout, gradients.slice(tensors.length), graph)
  }
  const before = layout.total > 0 ? cutParameters('parameters', layout, graph) : []
  return { bytes: encodeGraph(graph, { outputs, before }), points, weights, feeds }
}

function runKnown(session: OnnxSession, feeds: Feeds) {
  return session.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))),
  )
}

function moved(points: Points, name: string, place: number, by: number): Points {
  const point = points[name] ?? fail(`no point ${name}`)
  return { ...points, [name]: { ...point, data: point.data.with(place, (point.data[place] ?? 0) + by) } }
}

function sizeOf(shape: Shape): number {
  return shape.reduce<number>((product, size) => product * Number(size), 1)
}

function weigh(values: Float32Array | undefined, weights: Float32Array): number {
  return weights.reduce((sum, weight, index) => sum + weight * (values?.[index] ?? Number.NaN), 0)
}

function fail(why: string): never {
  throw new Error(why)
}
