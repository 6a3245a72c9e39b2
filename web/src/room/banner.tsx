import type { RoomSnapshot } from '@matinee/client'
import { useEffect, useState } from 'preact/hooks'

/** Breaks shorter than this are over before they can be read. */
const patienceMs = 700

/** What is the matter with the connection, if something is. */
export function Banner({ room }: { readonly room: RoomSnapshot }) {
  const text = useLasting(textOf(room))
  return (
    <div class="banner" role="status" aria-live="polite">
      {text !== null && <p>{text}</p>}
    </div>
  )
}

function textOf({ status }: RoomSnapshot): string | null {
  if (status === 'reconnecting' || status === 'connecting')
    return 'The connection is gone. Reconnecting … What you write is kept and sent as soon as it is back.'
  if (status === 'read_only') return 'The room takes no changes for a moment. What you do is kept and done as soon as it can be.'
  return null
}

function useLasting(text: string | null): string | null {
  const [shown, setShown] = useState<string | null>(null)
  useEffect(() => {
    if (text === null) return setShown(null)
    const timer = setTimeout(() => setShown(text), patienceMs)
    return () => clearTimeout(timer)
  }, [text])
  return shown
}
