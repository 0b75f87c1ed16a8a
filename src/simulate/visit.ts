import { browse } from './browse.ts'
import { abandonCart, order } from './checkout.ts'
import type { Place, ShopWorld } from './shop-world.ts'
import type { ShopperState } from './shopper-state.ts'
import { openVisit } from './visit-session.ts'

/** Everything that one visit does, from the landing page to the order or the abandoned cart. */
export function playVisit(world: ShopWorld, state: ShopperState, startMs: number, place: Place): void {
  const { shopper } = state
  const visit = openVisit(world, state, startMs, place)
  const { random } = visit
  visit.send({ type: 'page', name: 'Home', properties: { path: '/', title: 'Home' } })
  visit.wait(2000, 20_000)
  const isDueToRegister =
    shopper.registersAtVisit !== undefined && state.visitCount >= shopper.registersAtVisit
  if (isDueToRegister || (state.isRegistered && random.next() < 0.6)) visit.identify()
  const boost = (visit.saleCode ? 1.4 : 1) * (state.cart.length > 0 ? 2.2 : 1)
  const guest = shopper.registersAtVisit === undefined ? 0.5 : 1
  const willOrder = random.next() < Math.min(0.9, shopper.orderProbability * boost * guest)
  const wanted = browse(visit, 1 + random.poisson(willOrder ? 0.7 : 0.4))
  if (willOrder) order(visit, wanted)
  else abandonCart(visit, wanted)
  state.visitCount++
}
