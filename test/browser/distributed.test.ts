import { afterAll, afterEach, expect, test } from 'bun:test'
import { ensurePage } from '@matinee/web/build'
import { startDistributed } from '../support/distributed'
import { openStage } from './stage'
import { arrive, beIn, beInSync, beNear, eventually, openRoom, playerOf, pressPlay, readInChat, sayInChat } from './steps'

// Both gateways know both nodes: when one node is gone, the other has all rooms.
await ensurePage()
const starting = startDistributed({
  gateways: [
    [0, 1],
    [0, 1],
  ],
  syncs: 2,
  // Nobody is to be taken for gone here, however long a busy machine keeps a process waiting.
  quick: false,
})
const [stack, stage] = await Promise.all([starting, openStage(starting)])
afterEach(async () => {
  expect(await stage.clear()).toEqual([])
})
afterAll(() => stage.stop())

test('while the rooms’ log does not answer one is told, and what was written meanwhile arrives once', async () => {
  const { ana, link } = await openRoom(stage, { name: 'Quiet for a moment' })
  const ben = await arrive(stage, 'Ben', { at: link })
  await beIn(ben.page)

  stack.redis.suspend()
  try {
    await Promise.all([ana, ben].map(({ page }) => page.getByText('The room takes no changes for a moment.').waitFor()))
    await sayInChat(ana.page, 'Does anybody read this?')
    expect(await ana.page.locator('.line.unsent').textContent()).toContain('Does anybody read this?')
  } finally {
    stack.redis.resume()
  }

  await Promise.all([ana, ben].map(({ page }) => page.getByText('The room takes no changes for a moment.').waitFor({ state: 'detached' })))
  await Promise.all([ana, ben].map(({ page }) => readInChat(page, 'Does anybody read this?')))
  for (const { page } of [ana, ben]) expect(await page.locator('.line').count()).toBe(1)
}, 40_000)

test('two who came through two gateways talk and watch in step, and go on when their sync node is gone', async () => {
  const [here = '', elsewhere = ''] = stack.httpUrls
  const { ana, link } = await openRoom(stage, { name: 'From afar', video: stage.videoUrl })
  const ben = await arrive(stage, 'Ben', { at: link.replace(here, elsewhere) })
  await beIn(ben.page)
  await sayInChat(ana.page, 'Is this your door?')
  await readInChat(ben.page, 'Is this your door?')
  await sayInChat(ben.page, 'The other one')
  await readInChat(ana.page, 'The other one')
  await pressPlay(ana.page)
  await Promise.all([beInSync(ana.page), beInSync(ben.page)])
  await beNear(ana.page, ben.page)

  const sessions = await Promise.all(stack.syncs.map((node) => node.metric('sync_sessions')))
  await stack.syncs[sessions.findIndex((count) => count > 0)]?.kill()
  await sayInChat(ben.page, 'Still there?')
  await readInChat(ana.page, 'Still there?')
  await sayInChat(ana.page, 'Nothing has happened')
  await readInChat(ben.page, 'Nothing has happened')
  await beNear(ana.page, ben.page)
  await pressPlay(ana.page)
  await eventually(async () => !(await playerOf(ben.page)).playing)

  expect(elsewhere).not.toBe(here)
  expect([...sessions].sort()).toEqual([0, 2])
  for (const { page } of [ana, ben]) expect(await page.locator('.line').count()).toBe(4)
}, 60_000)
