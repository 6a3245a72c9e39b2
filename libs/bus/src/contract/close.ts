import { expect, test } from 'bun:test'
import type { Bus } from '../bus'
import { eventOf, setupOn } from './setup'

/** The promises of `close`. */
export function closeContract(open: () => Promise<Bus>) {
  test('a closed bus says that it is not connected, refuses to publish, and ignores signals', async () => {
    const closing = await open()

    await closing.close()

    expect(closing.connected()).toBe(false)
    closing.signal('sync.test', {})
    await expect(closing.publish(eventOf('rooms.late'))).rejects.toThrow()
  })

  test('whoever listens hears once that the bus is closed, and nothing before', async () => {
    const closing = await open()
    const heard: boolean[] = []
    closing.onConnected((connected) => heard.push(connected))
    const before = [...heard]

    await closing.close()
    await closing.close()

    expect(before).toEqual([])
    expect(heard).toEqual([false])
  })

  test('closing waits for handlers under way', async () => {
    const closing = await open()
    const { type, options } = setupOn(closing)
    const [started, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let ended = false
    closing.consume({
      ...options,
      async handler() {
        started.resolve()
        await release.promise
        ended = true
      },
    })
    await closing.publish(eventOf(type))
    await started.promise

    const closed = closing.close()
    release.resolve()
    await closed

    expect(ended).toBe(true)
  })
}
