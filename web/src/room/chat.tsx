import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../parts/icon'
import { ChatLines } from './chat-lines'
import { Composer, type Drafting } from './composer'
import type { InRoom } from './in-room'

/** Nearer to the end than this one wants to see what comes. */
const nearEndPx = 60

/** The talk of the room: recent lines, and one's own before they are confirmed. */
export function Chat({ connection, room, view, ...drafting }: InRoom & Drafting) {
  const log = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight })
  // What is new is what moves it.
  useEffect(() => {
    if (atEnd) toEnd()
  }, [view.chat, room.unconfirmed, atEnd])
  const look = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = log.current ?? {}
    setAtEnd(scrollHeight - scrollTop - clientHeight < nearEndPx)
  }
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard. */}
      <div ref={log} class="chat-log" role="log" aria-live="polite" aria-label="Chat" tabIndex={0} onScroll={look}>
        <ChatLines view={view} unconfirmed={room.unconfirmed} />
      </div>
      {!atEnd && (
        <button type="button" class="button slim to-end" onClick={toEnd}>
          <Icon name="down" /> Latest
        </button>
      )}
      <Composer connection={connection} enabled={view.room.is_chat_enabled} {...drafting} />
    </>
  )
}
