import type { Consent } from './consent.ts'
import type { Properties } from './marks.ts'
import type { Outbox } from './outbox.ts'
import type { Visitor } from './visitor.ts'

/** Puts what happened into the outbox, with who did it; false without consent: then nothing is told, drawn or kept. */
export type Teller = (type: 'track' | 'identify' | 'page', said: object, campaign?: Properties) => boolean

export type TellerOptions = {
  readonly consent: Consent
  readonly visitor: Visitor
  readonly outbox: Outbox
}

export function createTeller({ consent, visitor, outbox }: TellerOptions): Teller {
  return (type, said, campaign) => {
    const isGiven = consent.isGiven()
    if (isGiven) {
      outbox.add({
        type,
        anonymousId: visitor.anonymousId(),
        userId: visitor.userId(),
        timestamp: new Date(),
        context: { sessionId: visitor.sessionId(), campaign },
        ...said,
      })
    }
    return isGiven
  }
}
