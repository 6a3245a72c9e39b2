import type { Room } from '@matinee/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { matinee } from '../matinee'
import { useAction } from '../parts/hooks'

/** What of a room the host may change here. */
export type Changes = Partial<Pick<Room, 'name' | 'control' | 'is_chat_enabled' | 'wait_for_ready' | 'pause_for_stalled'>>

/**
 * The room as its host wants it: what was chosen shows at once, and is asked for one after the other, what is chosen meanwhile
 * together. What is refused shows no more.
 */
export function useChanges(code: string, told: Room) {
  const [wanted, setWanted] = useState<Changes>({})
  const unsent = useRef<Changes>({})
  const sending = useRef(false)
  const { run, busy, problem } = useAction((changes: Changes) => matinee.rooms.update(code, changes))
  // What the room tells stands, but for what it has not been asked for yet or has not answered.
  useEffect(() => setWanted((was) => (sending.current ? unlike(told, was) : {})), [told])

  async function change(changes: Changes): Promise<void> {
    setWanted((was) => ({ ...was, ...changes }))
    unsent.current = { ...unsent.current, ...changes }
    if (sending.current) return
    sending.current = true
    while (Object.keys(unsent.current).length > 0) {
      const next = unsent.current
      unsent.current = {}
      if (!(await run(next))) setWanted(unsent.current)
    }
    sending.current = false
  }

  return { room: { ...told, ...wanted }, change, busy, problem }
}

const unlike = (room: Room, changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).filter(([name, value]) => room[name as keyof Changes] !== value))
