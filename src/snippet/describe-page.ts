import type { Properties } from './marks.ts'

/** Addresses without their queries: those hold e-mail addresses and words that were searched for. */
export function describePage(): Properties {
  const { title, referrer } = document
  return { path: location.pathname, title, referrer: referrer.split(/[?#]/)[0] }
}

/** What the address says of where the shopper came from: `utm_source`, and `utm_campaign` as the campaign's name. */
export function describeCampaign(): Properties | undefined {
  let campaign: Record<string, string> | undefined
  for (const [key, value] of new URLSearchParams(location.search)) {
    if (!key.startsWith('utm_')) continue
    campaign ??= {}
    campaign[key.slice(4).replace('campaign', 'name')] = value
  }
  return campaign
}
