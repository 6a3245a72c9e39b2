/**
 * Highest random weight hashing (Thaler and Ravishankar, 1998): every gateway
 * chooses the same node for a key without talking to the others, and when a node
 * goes, only its own keys move. Undefined when there is none to choose.
 */
export function chooseNode<Node extends { readonly name: string }>(nodes: Iterable<Node>, key: string): Node | undefined {
  let chosen: Node | undefined
  let highest = -1
  for (const node of nodes) {
    const weight = weightOf(`${node.name}\n${key}`)
    // Names break ties, so that the order of the nodes does not matter.
    if (weight > highest || (weight === highest && chosen && node.name < chosen.name)) {
      highest = weight
      chosen = node
    }
  }
  return chosen
}

/** FNV-1a, then the finaliser of MurmurHash3: keys that differ in one letter must not land together. */
function weightOf(text: string): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
