import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TimedEvaluation } from '../src/evaluate/evaluation.ts'
import { renderReport } from '../src/evaluate/report.ts'
import type { ReportData } from '../src/evaluate/report-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-report-'))
let browser: Browser

beforeAll(async () => {
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  })
}, 60_000)

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const evaluation: TimedEvaluation = {
  model: 'propensity-30d',
  question: { en: 'Who buys again?', zh: '谁会再次购买？' },
  split: {
    trainCutsMs: [0],
    validationCutMs: 1,
    testCutMs: 2,
    horizonDays: 30,
    trainRowCount: 10,
    validationRowCount: 10,
    testRowCount: 10,
  },
  meanActual: 0.3,
  meanPredicted: 0.31,
  contenders: [
    {
      name: { en: 'the model', zh: '模型' },
      isBaseline: false,
      metrics: { auc: { value: 0.6, low: 0.5, high: 0.7 } },
    },
    { name: { en: 'RFM score', zh: 'RFM 评分' }, isBaseline: true, metrics: { auc: { value: 0.61 } } },
  ],
  verdict: {
    kind: 'unclear',
    metric: 'auc',
    baseline: { en: 'RFM score', zh: 'RFM 评分' },
    difference: { value: -0.01, low: -0.03, high: 0.01 },
  },
  comparisons: [
    {
      kind: 'worse',
      metric: 'mae',
      baseline: { en: 'as so far', zh: '按过去的速度' },
      difference: { value: -0.02, low: -0.04, high: -0.01 },
    },
  ],
  drivers: [{ feature: 'recency_days', share: 0.4, direction: -1 }],
  charts: {
    kind: 'classification',
    roc: [
      { falsePositiveRate: 0, truePositiveRate: 0 },
      { falsePositiveRate: 1, truePositiveRate: 1 },
    ],
    calibration: [{ predicted: 0.3, observed: 0.28, count: 10 }],
    lift: [2, 1],
  },
  settings: {},
}

const data: ReportData = {
  generatedAtMs: 0,
  asOfMs: 0,
  timeZone: 'UTC',
  isSimulated: true,
  seed: 1,
  files: [
    {
      fileName: '<script>alert(1)</script>.csv',
      format: 'online-retail',
      rowCount: 10,
      storedCount: 8,
      duplicateCount: 1,
      quarantinedCount: 1,
      lines: [{ name: { en: 'rows without a customer', zh: '无客户的行' }, count: 3, action: 'fact' }],
    },
  ],
  customers: {
    profileCount: 5,
    customerCount: 4,
    orderCount: 9,
    spend: 1234,
    repeatRate: 0.5,
    months: [{ month: '2026-01', spend: 1234, orderCount: 9, newCustomerCount: 4 }],
    spendShareByTenth: [0.6, 0.4],
    recency: [{ fromDays: 0, count: 4 }],
    countries: [],
    currency: 'CNY',
  },
  evaluations: [evaluation],
  skipped: [{ model: 'need-90d', reason: { en: 'too short', zh: '太短' } }],
  examples: [],
  featureNames: { recency_days: { en: 'Days since the last order', zh: '距最近一次下单的天数' } },
}

test('the page opens without a network, says plainly where a model is no better, and changes language', async () => {
  const file = join(folder, 'report.html')
  writeFileSync(file, renderReport(data, 'en'))
  const page = await browser.newPage()
  const requests: string[] = []
  const faults: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(pathToFileURL(file).href)
  const english = page.locator('main[lang=en]')
  expect(await english.textContent()).toContain('No clear gain over the simple rule “RFM score”')
  expect(await english.textContent()).toContain('By MAE it is worse than “as so far”: MAE 0.020 higher')
  expect(await english.textContent()).toContain('10 rows in = 8 stored + 1 repeats + 1 set aside')
  expect(await page.locator('main[lang=zh]').isVisible()).toBe(false)
  await page.click('main[lang=en] button[data-lang=zh]')
  const chinese = page.locator('main[lang=zh]')
  expect(await chinese.isVisible()).toBe(true)
  expect(await chinese.textContent()).toContain('没有明显优势')
  expect(await english.isVisible()).toBe(false)
  expect(requests).toEqual([pathToFileURL(file).href])
  expect(faults).toEqual([])
})
