import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './icon'
import { Toasts } from './toasts'

/** A window over the page, for as long as it is drawn. Escape and a tap beside it close it. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  // What is marked in a field and let go of beside the window counts as a tap on what holds both.
  const pressedBeside = useRef(false)
  const press = ({ target }: Event) => {
    pressedBeside.current = target === ref.current
  }
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // The focus goes back to where it was.
    return () => dialog?.close()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way to close it, and the browser's own.
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={id}
      onClose={onClose}
      onPointerDown={press}
      onClick={({ target }) => target === ref.current && pressedBeside.current && onClose()}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
      {/* What is beside an open window is neither well seen nor read out. */}
      <Toasts />
    </dialog>
  )
}
