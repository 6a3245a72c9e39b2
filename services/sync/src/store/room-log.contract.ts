import { describe } from 'bun:test'
import { holdsAppending } from './contract/appending'
import { holdsClaiming } from './contract/claiming'
import { holdsCrowds } from './contract/crowd'
import { holdsHealing } from './contract/healing'
import { holdsKeeping } from './contract/keeping'
import { holdsOpening } from './contract/opening'
import { holdsPresence } from './contract/presence'
import { holdsRows } from './contract/rows'
import type { OpenWorld } from './contract/stage'
import { holdsWhispering } from './contract/whispering'

/** Holds an adapter to every sentence of the port `RoomLog`. */
export function holdsRoomLog(name: string, openWorld: OpenWorld): void {
  describe(name, () => {
    holdsOpening(openWorld)
    holdsAppending(openWorld)
    holdsClaiming(openWorld)
    holdsPresence(openWorld)
    holdsCrowds(openWorld)
    holdsRows(openWorld)
    holdsHealing(openWorld)
    holdsKeeping(openWorld)
    holdsWhispering(openWorld)
  })
}
