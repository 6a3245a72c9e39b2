/** Where a player was when it was last seen to go on by itself. */
export interface Course {
  readonly positionS: number
  readonly atMs: number
}

/** Keys and buttons move a player by 5 s or more. By less it is moved by a page that hangs, by a player that tells its position in steps, or by its own imprecision. */
const clearS = 1
/** A player that looks itself for jumps tells of one when it may have been seen already. */
const toldWithinMs = 500

/** Whether the player is where it cannot have come to by going on, at whatever pace, or by standing still. */
export function hasLeft({ positionS, atMs }: Course, seen: { readonly positionS: number; readonly rate: number }, nowMs: number): boolean {
  const atMostS = positionS + ((nowMs - atMs) / 1000) * seen.rate
  return seen.positionS < positionS - clearS || seen.positionS > atMostS + clearS
}

/** The course after another look. One that was left is kept for a moment, until that is told of. */
export function goOn(course: Course, seen: { readonly positionS: number; readonly rate: number }, nowMs: number): Course {
  if (hasLeft(course, seen, nowMs) && nowMs - course.atMs < toldWithinMs) return course
  return { positionS: seen.positionS, atMs: nowMs }
}
