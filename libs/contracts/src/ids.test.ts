import { describe, expect, test } from 'bun:test'
import { DisplayName, RoomCode } from './ids'

describe('display names', () => {
  test('are trimmed and composed', () => {
    expect(DisplayName.parse('  Zoe\u0308 ')).toBe('Zo\u00eb')
    expect(DisplayName.parse('Ana ❤\ufe0f 🎬')).toBe('Ana ❤\ufe0f 🎬')
  })

  test('hold nothing that cannot be seen', () => {
    const hidden = ['\u0000', '\n', '\u200b', '\u202e', '\u2066', '\u3164', '\u115f', '\uffa0', '\u2800', '\ud800', '\u2028', '\u00ad']

    for (const character of hidden) expect(DisplayName.safeParse(`A${character}na`).success).toBe(false)
  })

  test('are 1 to 50 characters, an emoji being one', () => {
    expect(DisplayName.safeParse('   ').success).toBe(false)
    expect(DisplayName.safeParse('🎬'.repeat(50)).success).toBe(true)
    expect(DisplayName.safeParse('🎬'.repeat(51)).success).toBe(false)
  })
})

describe('room codes', () => {
  test('are read as they are typed', () => {
    expect(RoomCode.parse(' o1il2x4k ')).toBe('01112X4K')
    expect(RoomCode.safeParse('U1112X4K').success).toBe(false)
    expect(RoomCode.safeParse('1112X4K').success).toBe(false)
  })
})
