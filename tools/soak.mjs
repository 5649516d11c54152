// Bundles the soak from the sources and runs it in a process of its own, so that its memory is its own: see tests/soak/soak.ts.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { bundle } from '../tests/kill/bundle.mjs'

const program = await bundle(['box-process', 'soak-cli'], new URL('../tests/soak/', import.meta.url).href)
const dir = dirname(program('soak-cli'))
// Ctrl-C reaches the soak as well, which ends in its own time.
process.on('SIGINT', () => {})
const soak = spawn(process.execPath, [program('soak-cli'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SOAK_PROGRAMS: dir + sep },
})
process.on('SIGTERM', () => soak.kill('SIGINT'))
soak.on('exit', (code) => {
  rmSync(dir, { recursive: true, force: true })
  process.exitCode = code ?? 1
})
