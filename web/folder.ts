import { join } from 'node:path'

/** Where the built page lies: `index.html`, `page.json`, and `assets/`, whose names say what is in them. */
export const pageFolder: string = join(import.meta.dir, 'dist')
