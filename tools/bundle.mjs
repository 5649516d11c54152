// Joins the compiled modules of each package into one: hundreds of small files take longer to load than their code to
// compile. What is loaded only when it is needed stays apart. It is done in place, over what `tsc` wrote, and
// the compiler is made to forget that it has run: the next `tsc -b` writes everything anew, so that a bundle can never be
// older than the code around it.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { rolldown } from 'rolldown'

const folder = mkdtempSync(join(tmpdir(), 'bundle-'))

for (const room of readdirSync('packages')) {
  const dist = join('packages', room, 'dist')
  const entries = entriesOf(room)
  // Not compiled, or joined before.
  if (!existsSync(join(dist, '.tsbuildinfo'))) continue
  const out = join(folder, room)
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((file) => [basename(file, '.js'), join(dist, file)])),
    platform: 'node',
    // Packages are loaded as such: each is there once, whoever needs it.
    external: (id) => !/^[./]/.test(id),
  })
  // All in one folder: what is found beside a module's own file is found beside the bundle's.
  await bundle.write({ dir: out, format: 'esm', sourcemap: true, chunkFileNames: '[name].chunk.js' })
  cpSync(out, dist, { recursive: true })
  rmSync(join(dist, '.tsbuildinfo'), { force: true })
}
rmSync(folder, { recursive: true })

/** The modules that programs import, relative to the package's `dist`. */
function entriesOf(room) {
  const { exports } = JSON.parse(readFileSync(join('packages', room, 'package.json'), 'utf8'))
  const targets = Object.values(exports).map((target) => target.default ?? target)
  return [...targets, ...(room === 'cli' ? ['./dist/main.js'] : [])]
    .filter((file) => file.startsWith('./dist/'))
    .map((file) => file.slice('./dist/'.length))
}
