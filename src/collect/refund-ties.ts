/** A line of an order of one person and one item: a purchase, or a refund that may take one back. */
export type TieCandidate = {
  readonly isRefund: boolean
  readonly eventId: string
  readonly orderId: string
  readonly quantity: number
  readonly price: number
  /** Of a refund that was tied earlier: what it took back. */
  readonly refundOf: string
  /** A stored line is never tied anew, but what it took back is used up. */
  readonly isStored: boolean
  readonly rowNumber: number
  readonly lineIndex: number
}

export type Tie = { readonly refund: TieCandidate; readonly refundOf: string }

type Purchase = { readonly line: TieCandidate; left: number }

/**
 * Ties each refund to the purchase line it takes back. All lines are of one person and one item, in order of time.
 * A refund takes one purchase that came before it and has enough quantity left; of several, the one of the same order,
 * else of the same price, else any; and among those the latest. What is taken is used up, so that two refunds never
 * take back the same piece; a refund that no single purchase covers stays untied.
 */
export function tieRefunds(lines: readonly TieCandidate[]): Tie[] {
  const purchases: Purchase[] = []
  const ties: Tie[] = []
  for (const line of lines) {
    if (!line.isRefund) purchases.push({ line, left: line.quantity })
    else if (line.isStored)
      takeBack(
        purchases.find((each) => each.line.eventId === line.refundOf),
        line,
      )
    else {
      const purchase = choosePurchase(purchases, line)
      if (purchase !== undefined) ties.push({ refund: line, refundOf: purchase.line.eventId })
      takeBack(purchase, line)
    }
  }
  return ties
}

function choosePurchase(purchases: readonly Purchase[], refund: TieCandidate): Purchase | undefined {
  const enough = purchases.filter((each) => each.left >= refund.quantity && refund.quantity > 0)
  const sameOrder = enough.findLast((each) => each.line.orderId === refund.orderId)
  const samePrice = enough.findLast((each) => each.line.price === refund.price)
  return sameOrder ?? samePrice ?? enough.at(-1)
}

function takeBack(purchase: Purchase | undefined, refund: TieCandidate): void {
  if (purchase !== undefined) purchase.left -= refund.quantity
}
