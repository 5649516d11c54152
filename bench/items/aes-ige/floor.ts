/** The floor: compiled where there is a compiler; elsewhere there is none to show. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from '../../contestant/program.ts'
import { places } from '../../runner/places.ts'

const program: Program = ({ quick }) => {
  const file = build()
  return {
    run(step) {
      const [direction = '', size = ''] = step.split(' ')
      return {
        [step]: Number(execFileSync(file, [direction, size, quick ? '20' : '80'], { encoding: 'utf8' })),
      }
    },
  }
}

export default program

function build(): string {
  const source = fileURLToPath(new URL('items/aes-ige/floor.c', places.bench))
  const file = fileURLToPath(new URL('dist/items/aes-ige/floor', places.bench))
  mkdirSync(dirname(file), { recursive: true })
  const sections = process.platform === 'darwin' ? '-Wl,-dead_strip' : '-Wl,--gc-sections'
  execFileSync(
    process.env.CC ?? 'cc',
    [
      ...['-O3', '-std=gnu11', '-ffunction-sections', '-fvisibility=hidden', sections],
      ...(process.arch === 'arm64' ? ['-march=armv8-a+crypto'] : []),
      // The addon's functions that need Node are left out by the linker, as nothing calls them.
      ...['-isystem', join(dirname(process.execPath), '../include/node'), '-DNAPI_VERSION=8'],
      ...['-o', file, source],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  return file
}
