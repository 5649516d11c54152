/** The tools that are run by hand say how, and what the documentation says to type they understand. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPages, root } from './pages.ts'

const pages = readPages()

const run = (tool: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('tools', tool), ...words], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe.each([
  ['sim', 'sim.mjs'],
  ['soak', 'soak.mjs'],
  ['proof:kill', 'proof-kill.mjs'],
  ['fuzz', 'fuzz.mjs'],
])('npm run %s', { timeout: 120_000 }, (script, tool) => {
  it('tells its options for --help, and has those that the pages name', () => {
    const { status, stdout } = run(tool, '--help')
    expect(status).toBe(0)
    expect(stdout).toContain(`usage: npm run ${script} --`)
    const typed = new RegExp(`npm run ${script} -- ([^\`\\n]*)`, 'g')
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(typed)].flatMap(([, words = '']) => words.match(/--[\w-]+/g) ?? []),
    )
    expect([...new Set(named)].filter((option) => !stdout.includes(option))).toEqual([])
  })

  it('refuses a misspelt option with code 2, naming it, without a stack trace', () => {
    const { status, stderr } = run(tool, '--no-such-option')
    expect(status).toBe(2)
    expect(stderr).toMatch(/^Unknown option '--no-such-option'$/m)
    expect(stderr).toContain(`usage: npm run ${script} --`)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })
})
