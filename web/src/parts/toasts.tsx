import { signal } from '@preact/signals'
import { sentenceOf } from '../words/sentences'

const shownMs = 6_000
const toasts = signal<readonly { readonly id: number; readonly text: string }[]>([])
let last = 0

/** Says something in passing; it goes away by itself. */
export function say(text: string): void {
  const id = ++last
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, text }].slice(-3)
  setTimeout(() => {
    toasts.value = toasts.value.filter((one) => one.id !== id)
  }, shownMs)
}

/** Does it, and says what went wrong if something did. */
export function attempt(work: Promise<unknown>): void {
  work.catch(sayProblem)
}

/** Says what went wrong, and what to do about it. */
export const sayProblem = (error: unknown): void => say(sentenceOf(error))

/** What is said in passing, where it is seen and read out. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text }) => (
        <p key={id} class="toast">
          {text}
        </p>
      ))}
    </div>
  )
}
