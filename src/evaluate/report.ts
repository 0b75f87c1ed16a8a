import { readFileSync } from 'node:fs'
import { type Language, languages } from '../core/language.ts'
import { cleaningSection } from './report/cleaning-section.ts'
import { customersSection } from './report/customers-section.ts'
import { type Html, html, trusted } from './report/html.ts'
import { interestsSection } from './report/interests-section.ts'
import { needsSection } from './report/needs-section.ts'
import { examplesSection, lifetimeSection, methodSection } from './report/people-sections.ts'
import { predictionSection } from './report/prediction-section.ts'
import { createReading, type Reading } from './report/reading.ts'
import { words } from './report/words.ts'
import type { ReportData } from './report-data.ts'

const style = readFileSync(new URL('./report/style.css', import.meta.url), 'utf8')

/** Shows one language at a time; without scripts the page reads in the language it was rendered in first. */
const script = `
const show = (lang) => {
  document.documentElement.lang = lang
  for (const main of document.querySelectorAll('main')) main.hidden = main.lang !== lang
}
for (const button of document.querySelectorAll('button[data-lang]')) {
  button.addEventListener('click', () => show(button.dataset.lang))
}
const asked = new URLSearchParams(location.search).get('lang')
if (asked === 'en' || asked === 'zh') show(asked)
`

/** One self-contained page in both languages; `first` is the one that shows when it opens. Needs no network. */
export function renderReport(data: ReportData, first: Language): string {
  const mains = languages.map((language) => {
    const reading = createReading(language, data.timeZone, data.customers.currency)
    return html`<main lang="${language}"${language === first ? html`` : html` hidden`}>${content(data, reading)}</main>`
  })
  return html`<!doctype html>
<html lang="${first}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Likeness – ${words.title[first]}</title><style>${trusted(style)}</style></head><body>${mains}<script>${trusted(script)}</script></body></html>
`.html
}

function content(data: ReportData, reading: Reading): Html {
  const parts = [
    ['customers', words.customers, customersSection(data.customers, reading)],
    ['predictions', words.predictions, predictionSection(data, reading)],
    ...(data.interests
      ? [['interests', words.interests, interestsSection(data.interests, reading)] as const]
      : []),
    ...(data.lifetime
      ? [['lifetime', words.lifetime, lifetimeSection(data.lifetime, reading)] as const]
      : []),
    ...(data.needs ? [['needs', words.needs, needsSection(data.needs, reading)] as const] : []),
    ...(data.examples.length > 0
      ? [['examples', words.examples, examplesSection(data.examples, reading)] as const]
      : []),
    ['cleaning', words.cleaning, cleaningSection(data.files, reading)],
    ['method', words.method, methodSection(data.seed, reading)],
  ] as const
  const links = parts.map(
    ([id, title]) => html`<a href="#${reading.language}-${id}">${reading.text(title)}</a>`,
  )
  return html`${heading(data, reading)}<nav>${links}</nav>${parts.map(([id, , section]) => html`<div id="${reading.language}-${id}">${section}</div>`)}`
}

function heading(data: ReportData, reading: Reading): Html {
  const { say, date, text } = reading
  const other: Language = reading.language === 'en' ? 'zh' : 'en'
  const note = data.isSimulated ? html`<p class="caution">${text(words.simulated)}</p>` : html``
  return html`<header><div><h1>${text(words.title)}</h1><p class="when">${say(
    `As of ${date(data.asOfMs)} (${data.timeZone}); made ${date(data.generatedAtMs)}.`,
    `数据截至 ${date(data.asOfMs)}（${data.timeZone}）；生成于 ${date(data.generatedAtMs)}。`,
  )}</p></div><button type="button" data-lang="${other}">${other === 'zh' ? '中文' : 'English'}</button></header>${note}`
}
