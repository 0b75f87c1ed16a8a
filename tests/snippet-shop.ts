import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type IngestServer, startIngestServer } from '../src/serve/http/testing/ingest-server.ts'

export type Call = Record<string, unknown> & { readonly properties: Record<string, unknown> }

const stub = `window.likeness=window.likeness||function(){(likeness.q=likeness.q||[]).push(arguments)}`

/** A shop whose pages hold the snippet, a browser before it, and a server on another origin that takes in what is told. */
export type SnippetShop = {
  readonly url: string
  readonly server: IngestServer
  /** The shopper's browser, without any memory of earlier tests. */
  readonly context: BrowserContext
  /** The tab that the functions below are about. */
  page: Page
  /** What its pages hold, and what the tag of the snippet says. */
  body: string
  tag: string
  key: string
  readonly faults: string[]
  /** Content types of what was sent, in order. */
  readonly sent: string[]
  openTab(): Promise<Page>
  /** Goes to a page of the shop and waits until the snippet has begun there. */
  visit(path: string, tab?: Page): Promise<void>
  /** Calls `likeness(…)` on the page. */
  say(...call: readonly unknown[]): Promise<unknown>
  /** Waits until so many calls are stored. */
  storedCalls(count: number): Promise<readonly Call[]>
  /** Waits until a call of this name is stored. */
  storedCall(name: string): Promise<Call>
  namesStored(): readonly unknown[]
  keysOnDevice(): Promise<readonly string[]>
  waitingOnDevice(): Promise<number>
  /** As a browser does whose shopper goes to another tab, or comes back. */
  hide(isHidden: boolean): Promise<void>
}

export function nameOf({ type, event }: Record<string, unknown>): unknown {
  return event ?? type
}

type State = { -readonly [Key in keyof SnippetShop]: SnippetShop[Key] }

/** Made anew for each test of the file that calls this. */
export function useSnippetShop(): SnippetShop {
  const shop = {} as State
  let browser: Browser
  let pages: Server
  beforeAll(async () => {
    pages = await servePages(shop)
    shop.url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
    browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      // The package's own arguments switch the rules off that keep origins apart.
      args: ['--no-sandbox', '--disable-gpu'],
      headless: true,
    })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    pages?.close()
  })
  beforeEach(async () => {
    const server = await startIngestServer()
    const context = await browser.newContext()
    const fresh = { server, context, body: '', tag: '', key: server.browserKey, faults: [], sent: [] }
    Object.assign(shop, fresh)
    Object.assign(shop, actOn(shop), readFrom(shop))
    shop.page = await shop.openTab()
  })
  afterEach(async () => {
    await shop.context.close()
    await shop.server[Symbol.asyncDispose]()
  })
  return shop
}

async function servePages(shop: SnippetShop): Promise<Server> {
  const pages = createServer((_request, response) => {
    const { server, key, tag, body } = shop
    const script = `<script async src="${server.url}/likeness.js" data-key="${key}" ${tag}></script>`
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>红茶</title><script>${stub}</script>${script}${body}`)
  }).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  return pages
}

function actOn(shop: SnippetShop): Pick<SnippetShop, 'openTab' | 'visit' | 'say' | 'hide'> {
  return {
    async openTab() {
      const tab = await shop.context.newPage()
      tab.on('pageerror', (error) => shop.faults.push(error.message))
      tab.on('request', (request) => {
        if (request.url().endsWith('/v1/batch')) shop.sent.push(request.headers()['content-type'] ?? '')
      })
      return tab
    },
    async visit(path, tab = shop.page) {
      await tab.goto(shop.url + path)
      await tab.waitForFunction('likeness.isLoaded')
    },
    say: (...call) => shop.page.evaluate(`likeness(...${JSON.stringify(call)})`),
    async hide(isHidden) {
      await shop.page.evaluate(`
        Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      `)
    },
  }
}

type Reading = Pick<
  SnippetShop,
  'storedCalls' | 'storedCall' | 'namesStored' | 'keysOnDevice' | 'waitingOnDevice'
>

function readFrom(shop: SnippetShop): Reading {
  const { stored } = shop.server.collector
  return {
    async storedCalls(count) {
      await expect.poll(() => stored.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
      expect(stored.map(nameOf)).toHaveLength(count)
      return stored as Call[]
    },
    async storedCall(name) {
      const find = () => stored.find((call) => nameOf(call) === name)
      await expect.poll(find, { timeout: 30_000 }).toBeDefined()
      return find() as Call
    },
    namesStored: () => stored.map(nameOf),
    async keysOnDevice() {
      return (await shop.page.evaluate('Object.keys(localStorage)')) as string[]
    },
    async waitingOnDevice() {
      return (await shop.keysOnDevice()).filter((key) => key.startsWith('ljs-')).length
    },
  }
}
