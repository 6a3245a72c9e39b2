/** Between two looks that are further apart this process did not run; where a whole machine stands still, nobody can have answered. */
const mostMs = 100
const lookEveryMs = 20

let [countedMs, lookedMs] = [0, performance.now()]

/** A clock that stands still while this process does, for bounds on what others do: in milliseconds, from any beginning. */
export function awakeMs(): number {
  const nowMs = performance.now()
  countedMs += Math.min(nowMs - lookedMs, mostMs)
  lookedMs = nowMs
  return countedMs
}

setInterval(awakeMs, lookEveryMs).unref()
