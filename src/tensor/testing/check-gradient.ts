import { createRandom, type Random } from '../../math/random.ts'
import { createGraph } from '../create-graph.ts'
import { multiply } from '../elementwise.ts'
import { gradientsOf } from '../gradients.ts'
import type { Graph, Tensor } from '../graph.ts'
import { encodeGraph } from '../network.ts'
import { zeros } from '../normalise.ts'
import { type Feeds, type OnnxSession, openSession } from '../onnx-session.ts'
import { cutParameters, joinGradients, layOut } from '../parameter-layout.ts'
import { sumOfAll } from '../reduce.ts'

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
  const { bytes, point, weights, feeds } = prepare(each)
  await using shared = await openSession(bytes)
  const at = async (data: Float32Array) => {
    const all = { ...feeds, parameters: { data, shape: [data.length] } }
    if (each.isByChance !== true) return runKnown(shared, all)
    // A session of its own for each point: what is drawn by chance is then the same.
    await using session = await openSession(bytes)
    return await runKnown(session, all)
  }
  const found = await at(point)
  let [furthest, largest] = [0, 0]
  for (const place of point.keys()) {
    const [above, below] = [await at(moved(point, place, width)), await at(moved(point, place, -width))]
    const difference = (weigh(above.output, weights) - weigh(below.output, weights)) / (2 * width)
    furthest = Math.max(furthest, Math.abs((found.gradient?.[place] ?? Number.NaN) - difference))
    largest = Math.max(largest, Math.abs(difference))
  }
  return furthest / largest
}

function prepare({ shapes, build, draw, feeds = {} }: GradientCase) {
  const random = createRandom('finite differences')
  const drawAll = (count: number) =>
    Float32Array.from({ length: count }, () => draw?.(random) ?? random.normal())
  const graph = createGraph('training', 7)
  // What is differentiated by is declared as parameters are, beside those of the case itself.
  const tensors = shapes.map((shape, index) => graph.parameter(`x${index}`, shape, zeros))
  const output = build(tensors, graph)
  const layout = layOut(graph.parameters)
  const weights = drawAll(output.shape.reduce<number>((product, size) => product * Number(size), 1))
  const loss = sumOfAll(multiply(output, graph.constant(weights, output.shape.map(Number))))
  const wanted = layout.parameters.map(({ name, shape }) => ({ ...output, name, shape }))
  const gradients = gradientsOf(loss, wanted)
  const unread = wanted.filter((_, index) => gradients[index] === undefined)
  if (unread.length > 0) throw new Error(`no gradient of ${unread.map(({ name }) => name).join(', ')}`)
  const gradient = joinGradients(layout, gradients, graph)
  graph.input('parameters', [layout.total])
  const before = cutParameters('parameters', layout, graph)
  const bytes = encodeGraph(graph, { outputs: { output, gradient }, before })
  return { bytes, point: drawAll(layout.total), weights, feeds }
}

function runKnown(session: OnnxSession, feeds: Feeds) {
  return session.run(
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name))),
  )
}

function moved(point: Float32Array, place: number, by: number): Float32Array {
  return point.with(place, (point[place] ?? Number.NaN) + by)
}

function weigh(values: Float32Array | undefined, weights: Float32Array): number {
  return weights.reduce((sum, weight, index) => sum + weight * (values?.[index] ?? Number.NaN), 0)
}
