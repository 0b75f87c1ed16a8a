import type { Database } from '../../database/database.ts'
import { createRandom } from '../../math/random.ts'

const dayMs = 86_400_000
export const firstDayMs = Date.UTC(2025, 0, 1)
export const historyDays = 180

/**
 * Orders of a made-up shop. Where people leave, half of them stop at a day of their own, and who has not left looks at something every
 * few days: views tell who is still there long before orders do, of which the simple rules know alone. Else all order at one pace
 * for ever, and nothing tells them apart.
 */
export async function insertOrders(
  database: Database,
  { doLeave, people = 300, seed = 5 }: MadeUpShop,
): Promise<void> {
  const random = createRandom(seed)
  const rows: object[] = []
  const add = (person: number, day: number, event: object) => {
    const at = new Date(firstDayMs + Math.round(day * dayMs))
    const id = `${person}-${rows.length}`
    rows.push({
      ...{
        profile_id: `p${person}`,
        event_id: id,
        session_id: `s${id}`,
        item_id: 'cup',
        at,
        received_at: at,
      },
      ...event,
    })
  }
  for (let person = 0; person < people; person++) {
    const lastDay = doLeave && person % 2 === 0 ? 20 + random.next() * 150 : historyDays
    // One rhythm for all, so that the pace so far tells nothing.
    for (let day = random.next() * 30; day < lastDay; day += random.exponential(1 / 25))
      add(person, day, purchaseOf(`o${person}-${rows.length}`))
    for (let day = random.next() * 4; doLeave && day < lastDay; day += random.exponential(1 / 4))
      add(person, day, { kind: 'view' })
  }
  // The history ends on the same moment whoever came last.
  add(0, historyDays, { kind: 'view' })
  await database.insert('events', rows)
}

type MadeUpShop = { readonly doLeave: boolean; readonly people?: number; readonly seed?: number }

function purchaseOf(orderId: string): object {
  return { kind: 'purchase', line_type: 'product', order_id: orderId, quantity: 1, price: 5, amount: 5 }
}
