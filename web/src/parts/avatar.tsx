const hues = [348, 18, 42, 95, 158, 190, 222, 262, 300] as const

/** A person's initial on a colour that is theirs. */
export function Avatar({ id, name }: { readonly id: string; readonly name: string }) {
  const hue = hues[[...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % hues.length] ?? 348
  return (
    <span class="avatar" style={{ '--hue': `${hue}` }} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  )
}
