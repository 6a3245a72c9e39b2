import { goHome } from '../address'
import { Mark } from './icon'

/** The name of the place, or its mark alone: the way to the start, which opens in a tab of its own for who asks for that. */
export function Brand({ markOnly = false }: { readonly markOnly?: boolean }) {
  return (
    <a
      class="brand"
      href="/"
      {...(markOnly ? { 'aria-label': 'Matinee: to the start' } : {})}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        goHome()
      }}
    >
      <Mark />
      {!markOnly && ' Matinee'}
    </a>
  )
}
