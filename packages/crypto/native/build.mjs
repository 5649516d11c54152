/**
 * Builds the native AES-IGE with the C compiler at hand: `node build.mjs [output file]`.
 * Where there is none, or it cannot do it, that is no failure: the portable implementation stays in use.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const { platform, arch, execPath } = process
const output = process.argv[2] ?? join(here, 'build', `aes-ige-${platform}-${arch}.node`)

const headers = [process.env.npm_config_nodedir, join(dirname(execPath), '..')]
  .flatMap((root) => (root ? [join(root, 'include', 'node'), join(root, 'src')] : []))
  .find((folder) => existsSync(join(folder, 'node_api.h')))

function build() {
  if (arch !== 'x64' && arch !== 'arm64') return `nothing for ${arch}`
  if (headers === undefined) return 'Node’s headers were not found'
  // Compiled beside its place and moved there whole: a running process may have the old one open.
  const fresh = `${output}.${process.pid}`
  mkdirSync(dirname(output), { recursive: true })
  const { error, status, stderr } = spawnSync(
    process.env.CC ?? 'cc',
    [
      ...['-O3', '-std=c11', '-Wall', '-Wextra', '-shared', '-fPIC', '-fvisibility=hidden'],
      ...(arch === 'arm64' ? ['-march=armv8-a+crypto'] : []),
      ...(platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
      ...['-DNAPI_VERSION=8', '-isystem', headers, '-o', fresh, join(here, 'aes_ige.c')],
    ],
    { encoding: 'utf8' },
  )
  if (status === 0) {
    if (stderr) console.error(stderr)
    renameSync(fresh, output)
    return undefined
  }
  rmSync(fresh, { force: true })
  return error === undefined ? `the compiler failed:\n${stderr}` : 'no C compiler was found'
}

const reason = build()
console.log(reason === undefined ? `native AES: built ${output}` : `native AES: skipped, ${reason}`)
