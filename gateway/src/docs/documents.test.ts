import { expect, test } from 'bun:test'
import { Parser } from '@asyncapi/parser'
import { closeCodes, endpoints, refusals } from '@matinee/contracts'
import { validate } from '@readme/openapi-parser'
import { createTestApp } from '../app.fixture'
import type { AsyncApi } from './asyncapi'
import type { ReadOpenApi } from './endpoints-html'
import { clientFrames, serverFrames } from './frames'
import { refusalsOf } from './openapi'

const { fetch } = createTestApp()
const read = async (path: string): Promise<unknown> => (await fetch(path)).json()
// The validators below check what these casts claim.
const openapi = (await read('/api/openapi.json')) as ReadOpenApi
const asyncapi = (await read('/api/asyncapi.json/')) as AsyncApi
const html = await (await fetch('/api/docs/')).text()

test('[GW20] the OpenAPI document is valid', async () => {
  const result = await validate(structuredClone(openapi) as unknown as Parameters<typeof validate>[0])

  expect(result).toMatchObject({ valid: true, warnings: [] })
})

test('[GW20] the AsyncAPI document is valid, without a complaint', async () => {
  const { diagnostics, document } = await new Parser().parse(JSON.stringify(asyncapi))

  expect(diagnostics.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([])
  expect(document?.channels().all().length).toBe(1)
})

test('[GW20] every endpoint is in the document, with each of its refusals', () => {
  const missing = endpoints.flatMap((endpoint) => {
    const operation = openapi.paths[endpoint.path]?.[endpoint.method.toLowerCase()]
    const untold = refusalsOf(endpoint).filter((code) => !operation?.responses[refusals[code].status]?.description.includes(`\`${code}\``))
    return [...untold, ...(operation?.responses[endpoint.status] ? [] : [endpoint.path])]
  })

  expect(missing).toEqual([])
  expect(Object.values(openapi.paths).flatMap((operations) => Object.keys(operations)).length).toBe(endpoints.length)
})

test('[GW20] every frame of both directions has its message, a sentence and a payload of its type', () => {
  const frames = [...clientFrames, ...serverFrames]

  const keys = Object.keys(asyncapi.components.messages)
  expect(keys).toEqual(frames.map(({ from, type }) => `${from}.${type}`))
  expect(frames.filter(({ summary }) => summary === '')).toEqual([])
  for (const { from, type } of frames) {
    expect(JSON.stringify(asyncapi.components.schemas[`${from}.${type}`])).toContain(`"const":"${type}"`)
  }
})

test('[GW20] every close code is described', () => {
  for (const { code } of Object.values(closeCodes)) expect(asyncapi.channels.room.description).toContain(`- ${code}: `)
})

test('[GW21] the page shows every endpoint, frame and close code', () => {
  const unescaped = html.replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  const shown = [
    ...endpoints.map(({ method, path }) => `<span class="method">${method}</span> <code>${path}</code>`),
    ...endpoints.map(({ summary }) => summary),
    ...[...clientFrames, ...serverFrames].map(({ type }) => `<span class="method">${type}</span>`),
    ...Object.values(closeCodes).map(({ code }) => `<code>${code}</code>`),
  ]

  expect(shown.filter((text) => !unescaped.includes(text))).toEqual([])
})

test('[GW21] every link of the page leads somewhere', () => {
  const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target)
  const ids = new Set([...html.matchAll(/id="([^"]+)"/g)].map(([, id]) => id))

  expect(targets.length).toBeGreaterThan(40)
  expect(targets.filter((target) => !ids.has(target ?? ''))).toEqual([])
})

test('[GW21] the pages run no script, load nothing, and their own style is the one their policy allows', async () => {
  for (const path of ['/', '/api/docs']) {
    const response = await fetch(path)
    const page = await response.text()

    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:\/\/|<[^>]+\son\w+=/i)
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? ''
    const hash = new Bun.CryptoHasher('sha256').update(style).digest('base64')
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  }
})

test('[GW9] pages are read only', async () => {
  const response = await fetch('/api/docs', { method: 'POST', body: '{}' })

  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
