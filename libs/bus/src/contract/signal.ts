import { expect, test } from 'bun:test'
import { inbox } from './inbox'
import type { Setup } from './setup'

/** The promises of `signal` and `onSignal`. */
export function signalContract(setup: Setup) {
  test('a signal is heard by all who listen, and by nobody who stopped', async () => {
    const { bus } = setup()
    const subject = `sync.test-${crypto.randomUUID()}`
    const [one, other, gone] = [inbox<unknown>(), inbox<unknown>(), inbox<unknown>()]
    const listening = [one, other, gone].map((box) => bus.onSignal(subject, box.put))
    await Promise.all(listening.map(({ ready }) => ready))
    await listening[2]?.stop()

    bus.signal(subject, { viewers: 3 })

    expect(await one.take(1)).toEqual([{ viewers: 3 }])
    expect(await other.take(1)).toEqual([{ viewers: 3 }])
    expect(gone.waiting()).toBe(0)
    await Promise.all(listening.map((consumer) => consumer.stop()))
  })

  test('a listener that throws does not keep the next one from hearing', async () => {
    const { bus } = setup()
    const subject = `sync.test-${crypto.randomUUID()}`
    const heard = inbox<unknown>()
    const throwing = bus.onSignal(subject, () => {
      throw new Error('deaf')
    })
    const listening = bus.onSignal(subject, heard.put)
    await Promise.all([throwing.ready, listening.ready])

    bus.signal(subject, 1)

    expect(await heard.take(1)).toEqual([1])
    await Promise.all([throwing.stop(), listening.stop()])
  })
}
