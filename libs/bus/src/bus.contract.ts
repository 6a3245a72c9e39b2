import { afterAll, beforeAll, describe } from 'bun:test'
import type { Bus } from './bus'
import { closeContract } from './contract/close'
import { consumeContract } from './contract/consume'
import { followContract } from './contract/follow'
import { setupOn } from './contract/setup'
import { signalContract } from './contract/signal'

/** What every bus promises, whichever it is. `open` gives one that is connected and whose stream ROOMS exists. */
export function busContract(name: string, open: () => Promise<Bus>) {
  describe(name, () => {
    let bus: Bus
    beforeAll(async () => {
      bus = await open()
    })
    afterAll(() => bus.close())

    const setup = () => setupOn(bus)
    consumeContract(setup)
    followContract(setup)
    signalContract(setup)
    closeContract(open)
  })
}
