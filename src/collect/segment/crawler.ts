import { isbot } from 'isbot'

/** What Chrome, Edge, Safari and Firefox send on common systems, word by word: nothing else may stand in it. */
const browserPattern =
  /^Mozilla\/5\.0 \((?:Windows NT 10\.0; Win64; x64|Macintosh; Intel Mac OS X [\d._]+|X11; Linux x86_64|Linux; Android \d+; K|iPhone; CPU iPhone OS [\d_]+ like Mac OS X)(?:; rv:[\d.]+)?\) (?:AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) (?:Chrome|Version)\/[\d.]+ (?:Mobile(?:\/\w+)? )?Safari\/[\d.]+(?: Edg\/[\d.]+)?|Gecko\/20100101 Firefox\/[\d.]+)$/

/** Whether a program sent it. Plain browsers are told first, as `isbot` takes a quarter of the time of a call. */
export function isCrawler(userAgent: unknown): boolean {
  return typeof userAgent === 'string' && !browserPattern.test(userAgent) && isbot(userAgent)
}
