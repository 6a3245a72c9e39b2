import { afterAll, afterEach, beforeAll, describe, expect } from 'bun:test'
import { barrierFree } from './barrier-free.journey'
import { doors } from './doors.journey'
import { keyboard } from './keyboard.journey'
import { phone } from './phone.journey'
import { players } from './players.journey'
import { reconnecting } from './reconnecting.journey'
import { openStage, type Stage } from './stage'
import { waiting } from './waiting.journey'
import { watching } from './watching.journey'

describe('the page in a real browser', () => {
  let stage: Stage | undefined
  const here = (): Stage => {
    if (!stage) throw new Error('The stage has not been opened.')
    return stage
  }
  beforeAll(async () => {
    stage = await openStage()
  }, 60_000)
  afterEach(async () => {
    expect(await here().clear()).toEqual([])
  })
  afterAll(() => stage?.stop())

  for (const journey of [watching, waiting, players, doors, reconnecting, keyboard, phone, barrierFree]) journey(here)
})
