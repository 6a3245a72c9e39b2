import { canonical, type EventFrame, effectOf, frameOf } from './frame'
import type { CommandHistory, History, Violation } from './record'
import { type Place, placeOf, type Walk } from './walk'

interface Seen {
  readonly epoch: string
  readonly seq: number
  readonly userId: string | undefined
  readonly effect: string
}

/** Holds commands to the log: what was acknowledged is there once, what was refused is not, and each sender's order is kept. */
export function commandViolations({ commands, completeFor = [] }: History, walks: readonly Walk[]): readonly Violation[] {
  const log = logOf(walks)
  const claimed = new Map<Place, CommandHistory>()
  const violations: Violation[] = []

  for (const command of commands) {
    if (command.outcome.kind !== 'acked' || shownAtFirst(command, walks, log)) continue
    const place = placeOf(command.outcome.epoch, command.outcome.seq)
    const other = claimed.get(place)
    if (other) violations.push({ rule: 'acknowledged_once', what: `${command.id} and ${other.id} were both acknowledged at ${place}` })
    claimed.set(place, command)
    const there = log.get(place)
    if (there && there.effect !== effectOfCommand(command))
      violations.push({ rule: 'acknowledged_once', what: `${command.id} was acknowledged at ${place}, where there is ${there.effect}` })
    // Unless a snapshot has it, which tells of no places.
    if (!there && !walks.some(skipped(command.outcome.epoch, command.outcome.seq)))
      violations.push({ rule: 'acknowledged_once', what: `${command.id} was acknowledged at ${place}, which nobody was given` })
  }
  return [...violations, ...unexplained(log, claimed, commands, new Set(completeFor)), ...orderViolations(commands)]
}

/** Events of people whose commands are all known, that none of their commands explains. */
function unexplained(
  log: ReadonlyMap<Place, Seen>,
  claimed: ReadonlyMap<Place, CommandHistory>,
  commands: readonly CommandHistory[],
  complete: ReadonlySet<string>,
): readonly Violation[] {
  const byEffect = Map.groupBy(commands, effectOfCommand)
  const taken = new Map<string, number>()
  const violations: Violation[] = []
  for (const [place, { epoch, effect, userId }] of log) {
    if (claimed.has(place) || userId === undefined || !complete.has(userId)) continue
    const those = byEffect.get(effect) ?? []
    // A log that was lost took its answers with it: what was sent again took effect in each.
    const allowed = those.filter(({ outcome }) => outcome.kind === 'unknown' || (outcome.kind === 'acked' && outcome.epoch !== epoch))
    const count = (taken.get(`${epoch} ${effect}`) ?? 0) + 1
    taken.set(`${epoch} ${effect}`, count)
    if (count <= allowed.length) continue
    const kinds = new Set(those.map(({ outcome }) => outcome.kind))
    if (kinds.has('acked')) violations.push({ rule: 'acknowledged_once', what: `once more at ${place}: ${effect}` })
    else if (kinds.has('refused')) violations.push({ rule: 'refused_never', what: `refused, and yet at ${place}: ${effect}` })
    else violations.push({ rule: 'unacknowledged_at_most_once', what: `${count} times, at last at ${place}: ${effect}` })
  }
  return violations
}

/** Of two commands of one sender, the one that was last sent before the other was first sent comes first. */
function orderViolations(commands: readonly CommandHistory[]): readonly Violation[] {
  const violations: Violation[] = []
  const acked = commands.flatMap((command) => (command.outcome.kind === 'acked' ? [{ ...command, ...command.outcome }] : []))
  for (const its of Map.groupBy(acked, ({ userId, epoch }) => `${userId} ${epoch}`).values()) {
    const bySending = its.toSorted((one, other) => one.firstSent - other.firstSent)
    const byLastSending = its.toSorted((one, other) => one.lastSent - other.lastSent)
    let next = 0
    let furthest: (typeof its)[number] | undefined
    for (const command of bySending) {
      for (let before = byLastSending[next]; before && before.lastSent < command.firstSent; before = byLastSending[++next])
        if (!furthest || before.seq > furthest.seq) furthest = before
      if (furthest && furthest.seq > command.seq)
        violations.push({
          rule: 'sender_order',
          what: `${furthest.id} was sent before ${command.id}, and took effect as ${furthest.seq} after ${command.seq}`,
        })
    }
  }
  return violations
}

/** Every event that any client was given, in the log's order. */
function logOf(walks: readonly Walk[]): ReadonlyMap<Place, Seen> {
  const log = new Map<Place, Seen>()
  for (const { payloads, quoted } of walks) {
    for (const [place, text] of [...quoted, ...payloads]) {
      if (log.has(place)) continue
      const event = frameOf(text) as EventFrame
      const userId = event.user?.id
      // Who enters and leaves, and what the rooms' owner says, is nobody's command here.
      const commanded = event.message !== undefined || event.version !== undefined
      const [epoch = ''] = place.split('.')
      const effect = commanded ? effectOf(event.type, userId ?? '', event) : canonical(event)
      log.set(place, { epoch, seq: event.seq, userId: commanded ? userId : undefined, effect })
    }
  }
  return new Map([...log].sort(([, one], [, other]) => one.seq - other.seq))
}

/**
 * A video that a log began with, for rooms had it when the log was made anew: the command has no event there, and its
 * answer names where the room stands.
 */
function shownAtFirst({ outcome, type, userId, video_url: url }: CommandHistory, walks: readonly Walk[], log: ReadonlyMap<Place, Seen>) {
  if (type !== 'MEDIA' || outcome.kind !== 'acked') return false
  const { epoch, seq } = outcome
  const effect = effectOf(type, userId, url === undefined ? {} : { video_url: url })
  for (const seen of log.values()) if (seen.epoch === epoch && seen.effect === effect) return false
  return walks.some(({ begun }) => begun.some((its) => its.epoch === epoch && its.seq <= seq && its.videoUrl === url))
}

const effectOfCommand = (command: CommandHistory): string => effectOf(command.type, command.userId, command)

/** Whether the client went past the place without being given its event: a snapshot had it. */
const skipped =
  (epoch: string, seq: number) =>
  ({ reach, payloads }: Walk): boolean =>
    (reach.get(epoch) ?? -1) >= seq && !payloads.has(placeOf(epoch, seq))
