/**
 * Holds docs/box.md against the box: its tables are made from the code (`UPDATE_DOCS=1` writes them), its examples for a
 * shell are run.
 */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { implementedMethods } from './methods/api.ts'
import { startBox } from './server/box.ts'
import { routes } from './server/control/routes.ts'
import { faultKinds, stageOf } from './server/faults/fault.ts'
import { keyMethods } from './server/keys/key-methods.ts'
import { worldFromDescription } from './world/described-world.ts'

const file = fileURLToPath(new URL('../../../docs/box.md', import.meta.url))
const source = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')

function faultTable(): string {
  const text = source('./server/faults/fault.ts')
  const rows = faultKinds.map((kind) => {
    // The comment before the kind, and the fields it takes.
    const found = new RegExp(`(?:/\\*\\* ([^*]*) \\*/\\n\\s+)?\\b${kind}: \\{(.*)\\},`).exec(text)
    const fields = [...(found?.[2] ?? '').matchAll(/(\w+): (optional)?/g)].map(
      ([, name, optional]) => `\`${name}\`${optional ? '?' : ''}`,
    )
    return `| ${stageOf(kind)} | \`${kind}\` | ${fields.join(', ')} | ${found?.[1] ?? ''} |`
  })
  return ['| strikes | `kind` | with | |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

function routeTable(): string {
  const rows = routes.map(({ method, path, summary, takes }) => {
    const details = takes === undefined ? '' : ` (${takes})`
    return `| \`${method} ${path.replace(':name', 'NAME')}\` | ${summary}${details} |`
  })
  const end = '| `POST /shutdown` | ends the box |'
  return ['| request | |', '| --- | --- |', ...rows, end].join('\n')
}

function methodTable(): string {
  const all = [...implementedMethods, ...keyMethods].sort()
  const groups = new Map<string, string[]>()
  for (const name of all) {
    const [group = ''] = name.split('.')
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  const rows = [...groups].map(
    ([group, names]) => `| ${group} | ${names.map((name) => name.slice(group.length + 1)).join(', ')} |`,
  )
  return [`${all.length} methods:`, '', '| | |', '| --- | --- |', ...rows].join('\n')
}

test.each([
  ['faults', faultTable],
  ['routes', routeTable],
  ['methods', methodTable],
])('the table of %s is that of the code', (name, table) => {
  const text = readFileSync(file, 'utf8')
  const [before = '', rest = ''] = text.split(`<!-- ${name} -->\n`)
  const [inside = '', after = ''] = rest.split(`<!-- /${name} -->`)
  const wanted = `${table()}\n`
  if (process.env.UPDATE_DOCS !== undefined) {
    writeFileSync(file, `${before}<!-- ${name} -->\n${wanted}<!-- /${name} -->${after}`)
    return
  }
  expect(inside, 'run the test with UPDATE_DOCS=1').toBe(wanted)
})

test('the described world is one', async () => {
  const json = /```json\n([\s\S]*?)```/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const world = await worldFromDescription(JSON.parse(json))
  expect(world.state.users.size).toBe(2)
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

test.skipIf(!hasCurl)('the examples for a shell do what they say', async () => {
  const examples = [...readFileSync(file, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, code]) => code ?? '',
  )
  const script = examples.find((code) => code.startsWith('BOX='))
  const box = await startBox({ control: 0, datacenters: 2 })
  const commands = (script ?? '').replace(/^BOX=.*$/m, `BOX=${box.control?.url}`)
  // A refusal by the box is an answer for curl: let it be an end for the script.
  const strict = `set -e\n${commands.replaceAll('curl -s', 'curl -sS --fail-with-body -w \\\\n')}`
  // Nobody signs in here: the wait is in vain.
  const run = strict.replace(/^(curl.*calls\/wait.*)$/m, '$1 || true')
  const { stdout } = await promisify(execFile)('sh', ['-c', run])
  await box.closed
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  expect(answers).toHaveLength((script?.match(/^curl/gm) ?? []).length)
  expect(answers[5]).toMatchObject([{ text: 'hello' }])
  expect(answers.at(-1)).toEqual({ closing: true })
})
