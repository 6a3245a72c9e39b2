import { describe, expect, test } from 'bun:test'
import { createStage, type OpenWorld } from './stage'

export function holdsWhispering(openWorld: OpenWorld): void {
  const setup = createStage(openWorld)

  /** A stage whose nodes hear what is whispered, as `<node> <text>`. */
  async function whispering(alone = false) {
    const stage = await setup({ alone })
    const { code, epoch, log, other, north, south, liveNodes, heardByOther, open } = stage
    const [heardHere, heardThere]: [string[], string[]] = [[], []]
    const noting = (heard: string[]) => (node: string, text: string) => void heard.push(`${node} ${text}`)
    await open({ onWhisper: noting(heardHere) })
    if (!alone) await other.open(code, { node: south, liveNodes, listener: heardByOther.listener, onWhisper: noting(heardThere) })
    const whisper = (text: string, of = epoch) => log.whisper(code, { epoch: of, node: north, text })
    return { ...stage, heardHere, heardThere, whisper }
  }

  describe('whisper', () => {
    test('is heard by the other nodes that serve the room, and not by its own', async () => {
      const { whisper, say, heardByOther, heardHere, heardThere, north } = await whispering()

      const others = await whisper('{"a": "b c"}')
      await say('later')
      await heardByOther.atLeast(1)

      expect(others).toBe(true)
      expect(heardThere).toEqual([`${north} {"a": "b c"}`])
      expect(heardHere).toEqual([])
    })

    test('is no entry: it takes no place, and is not read afterwards', async () => {
      const { whisper, look, log, code, epoch, image } = await whispering()

      await whisper('psst')

      expect(await look()).toEqual({ ...image, wasServing: true })
      expect(await log.read(code, { epoch, seq: 0, note: 0 }, 10)).toEqual([])
    })

    test('says whether there is anybody to hear it', async () => {
      const { whisper } = await whispering(true)

      expect(await whisper('hello?')).toBe(false)
    })

    test('a node that has closed the room hears nothing', async () => {
      const { whisper, other, code, south, heardThere } = await whispering()
      await other.close(code, south)

      expect(await whisper('hello?')).toBe(false)
      expect(heardThere).toEqual([])
    })

    test('under another epoch it is not told, and a room without a log has nobody', async () => {
      const { whisper, log, epoch, north, say, heardByOther, heardThere } = await whispering()

      expect(await whisper('psst', 'another')).toBe(false)
      expect(await log.whisper('NOWHERE3', { epoch, node: north, text: 'psst' })).toBe(false)
      await say('later')
      await heardByOther.atLeast(1)
      expect(heardThere).toEqual([])
    })
  })
}
