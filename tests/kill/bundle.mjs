/**
 * Makes runnable programs of sources of tests, with those of the packages, so that their processes start fast and are never
 * a stale build.
 */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = new URL('../../', import.meta.url)
let bundles = 0
const ROOMS = ['tl', 'crypto', 'mtproto', 'net', 'box']

/**
 * @param {string[]} names of files beside `from`, without `.ts`
 * @param {string} from the address of a file
 * @returns {Promise<(name: string) => string>} the program's file
 */
export async function bundle(names, from = import.meta.url) {
  // Below node_modules, from where the installed packages are found.
  const dir = fileURLToPath(new URL(`node_modules/.cache/programs-${process.pid}-${++bundles}/`, root))
  mkdirSync(dir, { recursive: true })
  const source = (room) => fileURLToPath(new URL(`packages/${room}/src/index.ts`, root))
  const bundled = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, fileURLToPath(new URL(`${name}.ts`, from))])),
    platform: 'node',
    resolve: {
      alias: {
        'telegram-mt': source('client'),
        ...Object.fromEntries(ROOMS.map((room) => [`@telegram-mt/${room}`, source(room)])),
      },
    },
    external: (id) => !/^([./]|telegram-mt$|@telegram-mt\/)/.test(id),
    logLevel: 'warn',
  })
  await bundled.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  })
  await bundled.close()
  return (name) => `${dir}${name}.mjs`
}
