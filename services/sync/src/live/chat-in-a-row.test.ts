import { expect, test } from 'bun:test'
import { ana, chat, createStage, settled } from './stage.fixture'

const limits = { chat: undefined }
const linesOf = (got: readonly { readonly type: string; readonly message?: string }[]) =>
  got.flatMap(({ type, message }) => (type === 'CHAT_MESSAGE' ? [message] : []))

test('[CM1] chat lines in a row are put to the log without waiting for each other, and keep their order', async () => {
  const { enter, tap } = await createStage({ limits }).node()
  const client = await enter(ana)
  const first = tap.holdAnswers('append')
  for (const text of ['a', 'b', 'c', 'd']) client.says(chat(text, text))
  await first.reached
  const callsBefore = tap.calls.get('append')

  first.release()
  const rest = tap.holdAnswers('append')
  await settled()
  const callsMeanwhile = tap.calls.get('append')
  rest.release()
  for (let count = 0; count < 4; count++) await client.next('ACK')

  expect([callsBefore, callsMeanwhile]).toEqual([1, 4])
  expect(linesOf(client.got)).toEqual(['a', 'b', 'c', 'd'])
})

test('[CM1] a playback command waits for the lines before it, and those after it wait for it', async () => {
  const { enter, tap } = await createStage({ limits }).node()
  const client = await enter(ana)
  const held = tap.holdAnswers('append')

  for (const text of ['a', 'b']) client.says(chat(text))
  client.says({ type: 'PLAY', time: 5 })
  client.says({ type: 'PAUSE', time: 6 })
  client.says(chat('c', 'c'))
  await held.reached
  held.release()
  await client.next('ACK')

  expect(client.types()).toEqual(['ROOM_STATE', 'CHAT_MESSAGE', 'CHAT_MESSAGE', 'PLAY', 'PAUSE', 'CHAT_MESSAGE', 'ACK'])
})

test('[CM1] lines in a row keep their order when the log has become another under them', async () => {
  const stage = createStage({ limits })
  const { enter, tap } = await stage.node()
  const client = await enter(ana)
  const held = tap.holdCalls('append')
  client.says(chat('a', 'a'))
  await held.reached
  for (const text of ['b', 'c', 'd', 'e']) client.says(chat(text, text))

  stage.loseLog()
  held.release()
  for (let count = 0; count < 5; count++) await client.next('ACK')

  expect(linesOf(client.got)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('[CM1] several lines on their way when the log becomes another are said again, in their order', async () => {
  const stage = createStage({ limits })
  const { enter, tap } = await stage.node()
  const client = await enter(ana)
  const first = tap.holdAnswers('append')
  for (const text of ['a', 'b', 'c', 'd']) client.says(chat(text, text))
  await first.reached
  const rest = tap.holdCalls('append')
  first.release()
  await rest.reached

  stage.loseLog()
  rest.release()
  for (let count = 0; count < 4; count++) await client.next('ACK')

  expect(linesOf(client.got)).toEqual(['a', 'b', 'c', 'd'])
  expect(client.types().filter((type) => type === 'ROOM_STATE')).toHaveLength(2)
})
