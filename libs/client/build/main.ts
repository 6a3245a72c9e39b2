import { join } from 'node:path'
import { buildPackage } from './package'

const dist = join(import.meta.dir, '..', 'dist')
const { files, minifiedBytes, compressedBytes } = await buildPackage(dist)
process.stdout.write(`${files.length} files in ${dist}\nminified ${minifiedBytes} bytes, compressed ${compressedBytes}\n`)
