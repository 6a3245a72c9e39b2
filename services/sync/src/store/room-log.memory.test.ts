import { createManualClock } from '@matinee/kernel'
import { holdsRoomLog } from './room-log.contract'
import { createMemoryRoomLog } from './room-log.memory'

holdsRoomLog('room log in memory', async (bounds) => {
  const clock = createManualClock()
  const log = createMemoryRoomLog({ clock, bounds })
  return {
    node: async (name) => log.forNode(name),
    age: async (_room, byMs) => clock.advance(byMs),
    stop: async () => {},
  }
})
