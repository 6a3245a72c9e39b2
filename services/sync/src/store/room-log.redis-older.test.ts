import { expect, test } from 'bun:test'
import { replicaOf } from '../domain/replica'
import { code, createRedisStage, node } from './contract/redis-stage'
import { ana, ben, messagesOf, play } from './contract/stage'

const { setup } = createRedisStage()

/** A room as a node stored it that knew of no owners, moderators or control. */
async function older() {
  const stage = await setup()
  const { raw, seed } = stage
  const { room_id, room_code, name, is_private, entry_mode, host, media, is_chat_enabled, is_active, created_at_ms, version } = seed.room
  const row = { room_id, room_code, name, is_private, entry_mode, host, media, is_chat_enabled, is_active, created_at_ms, version }
  await raw.hset(`{${code}}:state`, 'room', JSON.stringify(row))
  await raw.hdel(`{${code}}:state`, 'control', 'media_by')
  const steer = (userId: string, version: number) =>
    stage.log.append(code, play({ epoch: 'first', node, version, sender: { userId, role: 'host' } }))
  return { ...stage, steer }
}

test('[PB6] [PB7] what a node of the version before stored is the host’s to control, and belongs to it', async () => {
  const { serve, known, steer } = await older()

  const image = known(await serve())
  const [byHost, byMember] = [await steer(ana, 0), await steer(ben, 1)]

  expect(replicaOf(image).room).toMatchObject({ owner_id: ana, control: 'host', successor_id: null, playback_policy: {} })
  expect(byHost.outcome).toBe('appended')
  expect(byMember).toEqual({ outcome: 'refused', code: 'host_only' })
})

test('[PB18] [PB19] its next row completes it: nobody is host anew, and nothing is chosen anew', async () => {
  const { log, seed, steer } = await older()

  const { entries } = await log.applyRoom({ ...seed.room, control: 'everyone', version: 2 })

  expect(entries.map(({ type }) => type)).toEqual(['ROOM_UPDATED'])
  expect((await steer(ben, 0)).outcome).toBe('appended')
})

test('[CH4] what was said while nodes of the version before served the room is shown, and what is said then follows it', async () => {
  const { raw, serve, say, known } = await setup()
  for (let line = 1; line <= 60; line++) await say(`line ${line}`)
  const state = `{${code}}:state`
  await raw.hdel(state, 'next_line', ...(await raw.hkeys(state)).filter((field) => field.startsWith('line:')))

  const before = known(await serve())
  await say('now')
  const after = known(await serve())

  const lines = Array.from({ length: 50 }, (_, place) => `line ${place + 11}`)
  expect(messagesOf(before)).toEqual(lines)
  expect(messagesOf(after)).toEqual([...lines.slice(1), 'now'])
})
