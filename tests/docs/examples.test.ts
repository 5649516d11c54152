/**
 * Every block of TypeScript in the README and the guide is compiled against the built packages, and run against a box.
 *
 * A block may use the names of shared-names.ts; what else it needs it imports. A host that it makes without `dcs` is led to
 * the page's box. One that follows updates is given some; a loop over them ends when its session is closed. One that begins
 * with a comment `// Needs …` is compiled only.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Telegram, type TelegramOptions } from 'telegram-mt'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Block, extract, readPages, root } from './pages.ts'
import { everywhere, openStage, type Stage } from './stage.ts'

vi.mock('telegram-mt', async (original) => {
  const library = await original<typeof import('telegram-mt')>()
  return {
    ...library,
    Telegram: class extends library.Telegram {
      constructor(options: TelegramOptions) {
        const { box } = everywhere
        const dcs = box?.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] }))
        const there = box && { dcs, publicKeys: [box.publicKey], connectLimit: { count: 1000, within: 1000 } }
        super({ ...there, printMessages: false, ...options })
        everywhere.hosts.push(this)
      }
    },
  }
})

// Examples are whole programs: generous, so that a busy machine breaks none.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const execute = promisify(execFile)
const pages = readPages().map(({ name, blocks }) => ({
  name,
  blocks: blocks.filter(({ language }) => language === 'ts'),
}))
const blocks = pages.flatMap((page) => page.blocks)
extract(blocks)

const isVitest = ({ code }: Block) => code.includes("from 'vitest'")
const isNodeTest = ({ code }: Block) => code.includes("from 'node:test'")
const isOnlyCompiled = ({ code }: Block) => code.startsWith('// Needs ')
const isEndless = ({ code }: Block) => /^for await .* of session\.updates\(/m.test(code)
const setsHandler = ({ code }: Block) => /^session\.on(Message|Event|Update)\(/m.test(code)

/** Compiles all at once; gives what the compiler has to say, by page and line. */
async function compile(): Promise<string[]> {
  try {
    await execute(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tests/docs'], { cwd: root })
    return []
  } catch (error) {
    const { stdout } = error as { stdout: string }
    return stdout
      .trim()
      .split('\n')
      .map((line) =>
        line.replace(/^tests\/docs\/extracted\/(docs)?-?([\w-]+)\.\d+\.ts\((\d+),\d+\)/, '$1/$2.md:$3'),
      )
  }
}

it('compiles against the built packages', { timeout: 120_000 }, async () => {
  expect(blocks.length).toBeGreaterThan(20)
  expect(await compile()).toEqual([])
})

for (const page of pages.filter(({ blocks }) => blocks.length > 0)) {
  describe(page.name, () => {
    for (const block of page.blocks.filter(isVitest)) {
      describe(`line ${block.line}, a test itself`, async () => {
        await import(block.file)
      })
    }

    // The compiled file, as its reader would run it.
    it.each(page.blocks.filter(isNodeTest))('line $line, by node --test', async ({ compiled }) => {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      await execute(process.execPath, ['--test', compiled], { cwd: root, env })
    })

    const runs = page.blocks.filter((one) => !isVitest(one) && !isNodeTest(one) && !isOnlyCompiled(one))
    describe.runIf(runs.length > 0)('runs', () => {
      let stage: Stage
      beforeAll(async () => {
        stage = await openStage(Telegram)
      })
      afterAll(() => stage.close())

      it.each(runs)('line $line', async (block) => {
        stage.clear()
        const run = import(block.file)
        if (isEndless(block)) await stage.happenToLoop()
        await run
        if (setsHandler(block)) await stage.happen()
      })
    })
  })
}
