import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildPage } from '@matinee/web/build'
import { pageFolder } from '@matinee/web/folder'

const mostBytes = 150_000

test('what a visitor of a room loads first is under 150 kB of JavaScript, compressed', async () => {
  const { assets, firstLoad } = await buildPage()

  const bytes = firstLoad.reduce((sum, name) => sum + (assets[name]?.gzipBytes ?? Number.POSITIVE_INFINITY), 0)

  expect(firstLoad.length).toBeGreaterThan(1)
  expect(bytes).toBeWithin(20_000, mostBytes)
  // Players are there, and larger than all the rest: they come when a room needs them.
  expect(Object.values(assets).reduce((sum, { gzipBytes }) => sum + (gzipBytes ?? 0), 0)).toBeGreaterThan(3 * mostBytes)
})

test('every file that was built is named by what is in it, and the document names them only', async () => {
  const { assets } = await buildPage()

  const html = await Bun.file(join(pageFolder, 'index.html')).text()

  const named = [...html.matchAll(/\/assets\/([^"]+)"/g)].map(([, name]) => name ?? '')
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((name) => !(name in assets))).toEqual([])
  expect(Object.keys(assets).filter((name) => !/-[0-9a-z]{8,}\.(js|css|svg)$/.test(name))).toEqual([])
  expect(readdirSync(join(pageFolder, 'assets'))).toContain(`${named[0]}.gz`)
  expect(html).not.toMatch(/<script(?![^>]+src=)|<style|\son\w+=|https?:/)
})
