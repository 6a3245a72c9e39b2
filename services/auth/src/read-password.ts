/** Where a password is read from: standard input, in a program. */
export interface PasswordInput {
  /** Whether a person types here. */
  readonly isTTY?: boolean | undefined
  /** Turns the terminal's own echo off (true) and on again. */
  setRawMode?(raw: boolean): unknown
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array | string>
}

interface Options {
  readonly input: PasswordInput
  readonly write: (text: string) => void
}

/** Reads a new password: a person is asked twice and sees nothing of it; from a pipe its first line is taken. Rejects when the two differ. */
export async function readPassword({ input, write }: Options): Promise<string> {
  const lines = readLines(input, write)
  if (!input.isTTY) return (await lines.next()).value ?? ''
  input.setRawMode?.(true)
  try {
    write('Password: ')
    const first = (await lines.next()).value
    write('Again: ')
    const second = (await lines.next()).value
    if (first !== second) throw new Error('The two passwords differ.')
    return first ?? ''
  } finally {
    input.setRawMode?.(false)
  }
}

const ctrlC = '\u0003'
const backspaces = new Set(['\b', '\u007f'])

/** Lines as they are typed in raw mode, where nobody else handles backspace and Ctrl-C; or as they come through a pipe. */
async function* readLines(input: PasswordInput, write: (text: string) => void): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder()
  let line: string[] = []
  let last = ''
  for await (const chunk of input) {
    for (const character of typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })) {
      const ends = character === '\r' || (character === '\n' && last !== '\r')
      last = character
      if (input.isTTY && character === ctrlC) throw new Error('Nothing was changed.')
      if (input.isTTY && backspaces.has(character)) line = line.slice(0, -1)
      else if (ends) {
        if (input.isTTY) write('\n')
        yield line.join('')
        line = []
      } else if (character !== '\n') line.push(character)
    }
  }
  if (line.length > 0) yield line.join('')
}
