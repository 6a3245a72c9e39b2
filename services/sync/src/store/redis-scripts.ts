import { chatHistoryLength } from '../domain/replica'
import type { RoomLogBounds } from './room-log.bounds'
import { claimMs, connectionsPerPerson, crowdChangesAtOnce } from './room-log.bounds'
import adopt from './scripts/adopt.lua' with { type: 'text' }
import append from './scripts/append.lua' with { type: 'text' }
import applyParticipant from './scripts/apply-participant.lua' with { type: 'text' }
import applyRoom from './scripts/apply-room.lua' with { type: 'text' }
import arrive from './scripts/arrive.lua' with { type: 'text' }
import beat from './scripts/beat.lua' with { type: 'text' }
import book from './scripts/book.lua' with { type: 'text' }
import close from './scripts/close.lua' with { type: 'text' }
import core from './scripts/core.lua' with { type: 'text' }
import crowd from './scripts/crowd.lua' with { type: 'text' }
import depart from './scripts/depart.lua' with { type: 'text' }
import evict from './scripts/evict.lua' with { type: 'text' }
import image from './scripts/image.lua' with { type: 'text' }
import moved from './scripts/moved.lua' with { type: 'text' }
import open from './scripts/open.lua' with { type: 'text' }
import presence from './scripts/presence.lua' with { type: 'text' }
import read from './scripts/read.lua' with { type: 'text' }
import rows from './scripts/rows.lua' with { type: 'text' }
import tellPresence from './scripts/tell-presence.lua' with { type: 'text' }
import touch from './scripts/touch.lua' with { type: 'text' }
import vouch from './scripts/vouch.lua' with { type: 'text' }
import whisper from './scripts/whisper.lua' with { type: 'text' }

/** A Lua script as Redis is given it. Redis runs a script whole or, where the server dies, not at all. */
export interface Script {
  readonly name: string
  readonly text: string
}
/** The scripts of the room log: each its own file, after the shared ones that it needs, with the bounds written in as numbers. */
export function composeScripts(bounds: RoomLogBounds) {
  // They trim 128 entries at a time, and must keep some.
  if (bounds.keptEntries < 256) throw new RangeError('a room log on Redis keeps at least 256 entries')
  const numbers = {
    KEPT_EVENTS: bounds.keptEvents,
    KEPT_MS: bounds.keptMs,
    KEPT_ENTRIES: bounds.keptEntries,
    KEPT_BYTES: bounds.keptBytes,
    COMMAND_ID_MS: bounds.commandIdMs,
    CLAIM_MS: claimMs,
    EXPIRY_MS: bounds.expiryMs,
    CLOSED_EXPIRY_MS: bounds.closedExpiryMs,
    CONNECTIONS_PER_PERSON: connectionsPerPerson,
    CROWD_PEOPLE: bounds.crowdPeople,
    CROWD_PAUSE_MS: bounds.crowdPauseMs,
    CROWD_CHANGES: crowdChangesAtOnce,
    CHAT_LINES: chatHistoryLength,
  }
  const constants = Object.entries(numbers).map(([name, value]) => `local ${name} = ${value}`)
  const script = (name: string, ...parts: readonly string[]): Script => ({ name, text: [...constants, ...parts].join('\n') })
  const inRoom = (name: string, ...parts: readonly string[]) => script(name, core, 'enter(KEYS[1], 1)', ...parts)
  return {
    open: inRoom('open', book, crowd, presence, rows, image, open),
    close: inRoom('close', book, crowd, presence, close),
    append: script('append', core, append),
    arrive: inRoom('arrive', book, crowd, presence, arrive),
    depart: inRoom('depart', book, crowd, presence, depart),
    adopt: inRoom('adopt', book, crowd, presence, adopt),
    evict: inRoom('evict', book, crowd, presence, evict),
    tellPresence: inRoom('tellPresence', book, crowd, tellPresence),
    applyParticipant: inRoom('applyParticipant', book, rows, applyParticipant),
    applyRoom: inRoom('applyRoom', book, rows, applyRoom),
    read: inRoom('read', read),
    touch: inRoom('touch', touch),
    vouch: inRoom('vouch', vouch),
    whisper: inRoom('whisper', whisper),
    beat: script('beat', beat),
    moved: script('moved', moved),
  }
}
