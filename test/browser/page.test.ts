import { afterAll, afterEach, describe, expect } from 'bun:test'
import { barrierFree } from './barrier-free.journey'
import { doors } from './doors.journey'
import { keyboard } from './keyboard.journey'
import { phone } from './phone.journey'
import { players } from './players.journey'
import { reconnecting } from './reconnecting.journey'
import { openStage } from './stage'
import { waiting } from './waiting.journey'
import { watching } from './watching.journey'

const stage = await openStage()
afterEach(async () => {
  expect(await stage.clear()).toEqual([])
})
afterAll(() => stage.stop())

describe('the page in a real browser', () => {
  for (const journey of [watching, waiting, players, doors, reconnecting, keyboard, phone, barrierFree]) journey(stage)
})
