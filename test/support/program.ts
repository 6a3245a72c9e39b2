/** The path of an installed program. Throws one sentence that says which Debian package brings it. */
export function findProgram(name: string, debianPackage: string): string {
  const found = Bun.which(name) ?? Bun.which(name, { PATH: '/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin' })
  if (found === null) throw missing(name, debianPackage)
  return found
}

export const missing = (name: string, debianPackage: string) =>
  new Error(`The tests need ${name}, which is not installed: apt-get install ${debianPackage}`)
