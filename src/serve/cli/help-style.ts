import type { HelpConfiguration } from 'commander'
import type { Language } from '../../core/language.ts'
import { displayWidth } from '../render.ts'

const titles: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
}

/** What commander writes into usage lines of its own. */
const placeholders: Readonly<Record<string, string>> = { '[options]': '[选项]', '[command]': '[命令]' }

/** How the help looks in a language: its words, and columns that hold wide characters. */
export function helpStyle(language: Language): HelpConfiguration {
  if (language === 'en') return {}
  const translate = (text: string) =>
    text.replaceAll(/\[options\]|\[command\]/g, (word) => placeholders[word] ?? word)
  return {
    displayWidth,
    styleTitle: (title) => titles[title] ?? title,
    styleUsage: translate,
    styleSubcommandTerm: translate,
    boxWrap: wrapWide,
  }
}

/** Breaks at white space, and between wide characters, which need none. */
function wrapWide(text: string, width: number): string {
  const pieces = text.match(/[ -~]+ ?|\s|[^\s]/gu) ?? []
  const lines = ['']
  for (const piece of pieces) {
    const line = lines.at(-1) ?? ''
    const isClosing = /^[，。、；：！？）]/.test(piece)
    if (line !== '' && !isClosing && displayWidth(line + piece.trimEnd()) > width)
      lines.push(piece.trimStart())
    else lines[lines.length - 1] = line + piece
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}
