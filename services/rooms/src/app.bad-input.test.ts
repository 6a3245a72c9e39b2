import { afterAll, beforeAll, expect, test } from 'bun:test'
import { refusal, type Setup, setup } from './component.fixtures'

let service: Setup
beforeAll(async () => {
  service = await setup()
})
afterAll(() => service.stop())

const uuid = '00000000-0000-4000-8000-000000000001'

test.each([
  ['create', { colour: 'red' }, ['colour']],
  ['create', { is_private: 'yes' }, ['is_private']],
  ['create', { entry_mode: 'PASSWORD' }, ['entry_mode']],
  ['create', { is_private: true, entry_mode: 'OPEN' }, ['entry_mode']],
  ['create', { name: '   ' }, ['name']],
  ['create', { name: 'x'.repeat(51) }, ['name']],
  ['create', { name: 'a\u202Eb' }, ['name']],
  ['create', { name: 5, is_chat_enabled: 1 }, ['name', 'is_chat_enabled']],
  ['create', { video_url: 'ftp://example.com/film.mp4' }, ['video_url']],
  ['create', { video_url: `https://example.com/${'x'.repeat(2_048)}.mp4` }, ['video_url']],
  ['create', { video_provider: 'youtube' }, ['video_url']],
  ['create', { video_url: 'https://youtu.be/dQw4w9WgXcQ', video_provider: 'youtube', video_id: 'dQw4w9WgXcQ' }, ['video_url']],
  ['join', {}, ['room_code']],
  ['join', { room_code: 12345678 }, ['room_code']],
  ['join', { room_code: 'UUUUUUUU' }, ['room_code']],
  ['join', { room_code: '7GQ4KX2M', password: 'x'.repeat(129) }, ['password']],
  ['join', { room_code: '7GQ4KX2M', role: 'host' }, ['role']],
  ['approve', { room_id: uuid }, ['user_id']],
  ['approve', { room_id: 'x', user_id: "' or 1=1 --" }, ['room_id', 'user_id']],
  ['deny', { room_id: uuid, user_id: null }, ['user_id']],
  ['leave', {}, ['room_id']],
  ['close', { room_id: [uuid] }, ['room_id']],
] as const)('422 %s %o names the field', async (verb, body, fields) => {
  const ben = service.person('Ben')

  const answer = refusal(await ben.ask('POST', `/api/rooms/${verb}/`, body))

  expect(answer).toEqual({ status: 422, code: 'invalid_request', fields: [...fields] })
})

test.each([
  [{ is_private: true }, ['is_private', 'body']],
  [{ is_active: false }, ['is_active', 'body']],
  [{ name: '' }, ['name']],
  [{ is_chat_enabled: null }, ['is_chat_enabled']],
  [{}, ['body']],
] as const)('422 for the settings %o, and nothing changes', async (body, fields) => {
  const ana = service.person('Ana')
  const { body: room } = await ana.ask('POST', '/api/rooms/create/', {})

  expect(refusal(await ana.ask('PATCH', `/api/rooms/${room.room_code}/`, body))).toEqual({
    status: 422,
    code: 'invalid_request',
    fields: [...fields],
  })
  expect((await ana.ask('GET', `/api/rooms/${room.room_code}/`)).body).toEqual(room)
})

test.each([
  ['limit=0', ['limit']],
  ['limit=101', ['limit']],
  ['limit=NaN', ['limit']],
  ['limit=1.5', ['limit']],
  ['sort=name', ['sort']],
  [`query=${'x'.repeat(101)}`, ['query']],
  ['cursor=nonsense', ['cursor']],
  [`cursor=${Buffer.from('1.x; drop table rooms').toString('base64url')}`, ['cursor']],
])('422 for the list with %s', async (query, fields) => {
  expect(refusal(await service.nobody.ask('GET', `/api/rooms/?${query}`))).toEqual({ status: 422, code: 'invalid_request', fields })
})

test('bodies that are not JSON, not named so, or far too large', async () => {
  const ben = service.person('Ben')

  expect(refusal(await ben.ask('POST', '/api/rooms/create/', '{"name":'))).toEqual({ status: 400, code: 'invalid_json' })
  expect(refusal(await ben.ask('POST', '/api/rooms/create/', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }))).toEqual({
    status: 415,
    code: 'unsupported_media_type',
  })
  expect(refusal(await ben.ask('POST', '/api/rooms/create/', { name: 'x'.repeat(1_000_000) }))).toEqual({
    status: 413,
    code: 'payload_too_large',
  })
})

test('other methods and paths', async () => {
  const ben = service.person('Ben')

  expect(refusal(await ben.ask('DELETE', '/api/rooms/7GQ4KX2M/'))).toEqual({ status: 405, code: 'method_not_allowed' })
  expect(refusal(await ben.ask('POST', '/api/rooms/7GQ4KX2M/kick/', {}))).toEqual({ status: 404, code: 'not_found' })
  expect(refusal(await ben.ask('POST', '/internal/memberships', {}))).toEqual({ status: 404, code: 'not_found' })
})
