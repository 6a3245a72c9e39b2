import { chatFrame, chatLine } from './message'

/** How the server of a seat is spoken to. */
export type DialectName = 'bare' | 'matinee' | 'socket.io'

/** What a text means that is no chat line. */
export type Heard =
  | { readonly is: 'welcome' }
  | { readonly is: 'question'; readonly answer: string }
  | { readonly is: 'trouble' }
  | { readonly is: 'news' }

/** What differs between the systems, on one WebSocket. */
export interface Dialect {
  /** Whether the handshake is all it takes to be in; otherwise the server's welcome is. */
  readonly letsInAtOnce: boolean
  /** The text that says chat line `number`. */
  say(number: number): string
  /** Bytes of an event after the number of its chat line. */
  readonly bytesAfterNumber: number
  /** Reads the first letters of a text that is no chat line; 16 are enough. */
  hear(start: string): Heard
}

const news: Heard = { is: 'news' }
const welcome: Heard = { is: 'welcome' }

const bare: Dialect = { letsInAtOnce: true, say: chatFrame, bytesAfterNumber: '"}'.length, hear: () => news }

/** The first frame is the room's state, or an error. */
const matinee: Dialect = {
  ...bare,
  letsInAtOnce: false,
  hear: (start) => (start.startsWith('{"type":"ERROR"') ? { is: 'trouble' } : welcome),
}

/** Engine.IO 4 packets on a WebSocket from the first byte on, and in them Socket.IO 5 packets of the main namespace. */
const socketIo: Dialect = {
  letsInAtOnce: false,
  say: (number) => `42["CHAT_MESSAGE",{"message":"${chatLine(number)}"}]`,
  bytesAfterNumber: '"}]'.length,
  hear(start) {
    if (start.startsWith('0{')) return { is: 'question', answer: '40' }
    if (start.startsWith('40')) return welcome
    if (start === '2') return { is: 'question', answer: '3' }
    return start.startsWith('42') ? news : { is: 'trouble' }
  },
}

export const dialects: Readonly<Record<DialectName, Dialect>> = { bare, matinee, 'socket.io': socketIo }
