import { ana, ben, chat, createStage } from './stage.fixture'

/** Of a length that a page holds some sixty of. */
const long = (name: string) => `${name} ${'x'.repeat(1_900)}`

/** Ben is away from `node` while `count` long lines are said on `other`; with `bounds`, the log may forget some of them. */
export async function createAbsence({ count = 300, bounds = {}, apart = false } = {}) {
  const stage = createStage({ limits: { chat: undefined }, bounds })
  const node = await stage.node()
  const other = apart ? await stage.node() : node
  const host = await other.enter(ana)
  const member = await node.enter(ben)
  const since = `${member.admitted?.epoch}.${member.admitted?.seq}`
  member.leaves(1006)
  const say = async (lines: number, name: string) => {
    for (let line = 0; line < lines; line++) host.says(chat(long(`${name}${line}`), `${name}${line}`))
    for (let line = 0; line < lines; line++) await host.next('ACK')
  }
  for (let said = 0; said < count; said += 50) await say(50, `${said}.`)
  const token = stage.tokens.issue(ben)
  /** Comes back, and takes no page until told to. */
  const stall = async (from = since) => {
    const client = node.open(ben, { since: from, token })
    client.stalls()
    await client.next('ROOM_STATE')
    return client
  }
  return { stage, node, other, host, since, say, stall }
}
