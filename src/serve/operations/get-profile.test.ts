import { expect, test } from 'vitest'
import type { Profile } from '../../profiles/profile.ts'
import { getProfile } from './get-profile.ts'

const at = '2026-06-01T00:00:00.000Z'
const profile: Profile = {
  ...{ id: 'ann', version: 1, asOf: at, orderCount: 2, spend: 10, identities: [], traits: [], consents: [] },
  ...{ features: {}, affinities: [], needs: [], propensities: [], lifetime: [] },
  topNeeds: [
    {
      ...{ kind: 'item', target: 'p1', name: { en: 'Phone', zh: '手机' }, version: 'v', horizonDays: 90 },
      ...{ probability: 0.75, units: 1.5, low: 0, high: 4, days: 20.4 },
      reasons: [{ feature: 'x', share: 1, text: { en: 'Bought twice', zh: '购买两次' } }],
    },
  ],
  freshness: { updatedAt: at, featuresAsOf: at },
}

test('needs are read with how likely, how much, when and why, in either language', () => {
  const english = getProfile.render(profile, 'en')
  expect(english).toMatch(/likely needs, 90 days/)
  expect(english).toMatch(/Phone \(p1\).*75.*1\.5.*0 … 4.*20 days.*Bought twice/)
  expect(getProfile.render(profile, 'zh')).toMatch(/手机 \(p1\).*75.*20 天.*购买两次/)
  expect(getProfile.render({ ...profile, topNeeds: [] }, 'en')).not.toMatch(/likely needs/)
})
