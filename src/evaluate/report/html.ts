/** Markup that was escaped where it needed to be; the only thing that joins a page unescaped. */
export type Html = { readonly html: string }

type Part = Html | string | number | readonly (Html | string)[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** A template whose values are escaped unless they are markup already. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const filled = texts.map((text, index) => text + (index < parts.length ? render(parts[index] ?? '') : ''))
  return { html: filled.join('') }
}

/** Markup made elsewhere (a chart, a style sheet) that needs no escaping. */
export function trusted(markup: string): Html {
  return { html: markup }
}

function render(part: Part): string {
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return String(part)
  if ('html' in part) return part.html
  return part.map(render).join('')
}
