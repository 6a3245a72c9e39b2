import type { Readable } from '@matinee/client'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../words/sentences'

/** The present value of a `Readable`; draws again with every new one. */
export function useReadable<T>(readable: Readable<T>): T {
  const [value, set] = useState(() => readable.get())
  useEffect(() => readable.subscribe((next) => set(() => next)), [readable])
  return value
}

/** Something that takes a while and may be refused: one at a time, and what was said about the last. */
export function useAction<Args extends readonly unknown[]>(work: (...args: Args) => Promise<unknown>) {
  const [state, set] = useState<{ readonly busy: boolean; readonly problem: string | null }>({ busy: false, problem: null })
  const busy = useRef(false)
  const run = async (...args: Args): Promise<boolean> => {
    if (busy.current) return false
    busy.current = true
    set({ busy: true, problem: null })
    let problem: string | null = null
    try {
      await work(...args)
    } catch (error) {
      problem = sentenceOf(error)
    }
    busy.current = false
    set({ busy: false, problem })
    return problem === null
  }
  return { ...state, run }
}

/** Names the page in the browser's tab, and puts the focus on its heading, so that a reader starts there. */
export function usePage<Heading extends HTMLElement>(title: string) {
  const heading = useRef<Heading>(null)
  useEffect(() => {
    document.title = title === 'Matinee' ? title : `${title} · Matinee`
  }, [title])
  // At once: a moment later somebody may be in a field.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return heading
}

/** A pop-up that a tap elsewhere closes, and Escape from within; the focus then goes back to what opened it. */
export function usePopUp() {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const closeIf = (isToClose: (open: HTMLDetailsElement) => boolean): boolean => {
      const { current } = details
      if (!current?.open || !isToClose(current)) return false
      current.open = false
      return true
    }
    const onPointer = ({ target }: Event) => void closeIf((open) => !(target instanceof Node && open.contains(target)))
    const onKey = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape' || !closeIf((open) => open.contains(document.activeElement))) return
      details.current?.querySelector('summary')?.focus()
    }
    document.addEventListener('pointerdown', onPointer)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('pointerdown', onPointer)
      document.removeEventListener('keydown', onKey)
    }
  }, [])
  return details
}
