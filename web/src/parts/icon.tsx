const paths = {
  link: 'M9.5 14.5l5-5M8 11l-2.2 2.2a3.5 3.5 0 005 5L13 16M16 13l2.2-2.2a3.5 3.5 0 00-5-5L11 8',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  people:
    'M9 11a3.2 3.2 0 100-6.4A3.2 3.2 0 009 11zM3 19.5c.4-3.4 2.8-5.2 6-5.2s5.600 1.800 6 5.200M16 5a3 3 0 010 5.800M17.500 14.600c2 .6 3.200 2.300 3.500 4.900',
  chat: 'M4 6.5A1.500 1.500 0 015.500 5h13A1.500 1.500 0 0120 6.500v8a1.500 1.500 0 01-1.500 1.500H11l-4.500 3.500V16h-1A1.500 1.500 0 014 14.500z',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5zM9 19.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z',
  leave: 'M14 5H6.500A1.500 1.500 0 005 6.500v11A1.500 1.500 0 006.500 19H14M10.500 12H20M16.500 8.500L20 12l-3.500 3.500',
  send: 'M4.500 12L20 5l-4.500 14.500-4-6z',
  film: 'M5.500 5h13A1.500 1.500 0 0120 6.500v11a1.500 1.500 0 01-1.500 1.500h-13A1.500 1.500 0 014 17.500v-11A1.500 1.500 0 015.500 5zM8 5v14M16 5v14M4 12h16M4 8.500h4M4 15.500h4M16 8.500h4M16 15.500h4',
  play: 'M8 5.500v13l10.500-6.500z',
  sound: 'M5 9.500v5h3.500L13 18.500v-13L8.500 9.500zM16.500 9a4.500 4.500 0 010 6M18.800 6.500a8 8 0 010 11',
  close: 'M6 6l12 12M18 6L6 18',
  lock: 'M7.500 11V8.500a4.500 4.500 0 019 0V11M6.500 11h11a1 1 0 011 1v6.500a1 1 0 01-1 1h-11a1 1 0 01-1-1V12a1 1 0 011-1z',
  down: 'M12 5v13M6.500 12.500L12 18l5.500-5.500',
} as const

export type IconName = keyof typeof paths

/** A picture that says nothing of its own: what it stands for is in the text or the label beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}

/** The mark of Matinee: a screen. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 10.500c5-1.600 11-1.600 16 0v11c-5-1.600-11-1.600-16 0z" />
      <path class="mark-play" d="M14.200 13.400v5.400l4.600-2.700z" />
    </svg>
  )
}
