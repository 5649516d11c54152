/**
 * The main job, shown: two accounts sign in and talk over the real protocol, their program ends, and a new one goes on where
 * it was, with everything that was sent in between. Exit code 0 only if every step was made and checked.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Telegram } from 'telegram-mt'
import { boxOptions } from '../box-options.ts'
import { Account } from './account.ts'
import { BoxProcess, ProgramProcess } from './processes.ts'
import { section, show, step } from './transcript.ts'

const begin = performance.now()
const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-demo-'))
const boxFile = join(folder, 'box.json')
const storage = join(folder, 'accounts.db')
const world = fileURLToPath(new URL('../../demo/world.json', import.meta.url))

/** What lies on the table beside the running program: a phone for each number. */
let codeArrived = (_code: { phone: string; code: string }) => {}
const box = new BoxProcess(world, (arrived) => {
  show('phone', `+${arrived.phone}: your login code is ${arrived.code}`)
  codeArrived(arrived)
})
const running = new Set<ProgramProcess>()
const carols = { telegram: undefined as Telegram | undefined }

async function runProgram(name: string, onReached?: (point: string) => void): Promise<void> {
  const program = new ProgramProcess(name, [boxFile, storage], onReached)
  running.add(program)
  codeArrived = (code) => program.codeArrived(code)
  console.log(`  process ${program.pid}: examples/demo/${name}.ts`)
  const exitCode = await program.exitCode()
  running.delete(program)
  if (exitCode !== 0) {
    throw new Error(program.failure ?? `examples/demo/${name}.ts ended with exit code ${exitCode}`)
  }
}

async function demo(): Promise<void> {
  console.log('telegram-mt: two accounts in one program, over the real protocol, without a network')
  section('1. Telegram in a box: five datacenters on ports of this machine, in a process of their own')
  await step('telegram-mt box --json --world examples/demo/world.json', async () => {
    const address = await box.address
    writeFileSync(boxFile, `${address}\n`)
    const { dcs, fingerprint } = JSON.parse(address)
    assert.equal(dcs.length, 5)
    console.log(
      `  process ${box.pid}: ${dcs.map((dc: { id: number; port: number }) => `DC ${dc.id} on port ${dc.port}`).join(', ')}`,
    )
    console.log(`  RSA key ${fingerprint}`)
  })

  section('2. A program with two accounts. Every update is shown as it comes: «')
  await runProgram('first-run')
  console.log(`  its process has ended; accounts.db holds ${Math.ceil(statSync(storage).size / 1024)} KiB`)

  section('3. While it is not there, a third account writes to both')
  const carol = await step('carol signs in', async () => {
    const telegram = new Telegram(boxOptions(boxFile))
    carols.telegram = telegram
    const session = await telegram.connect({ dc: 5, id: 'carol' })
    const code = new Promise<string>((resolve) => {
      codeArrived = (arrived) => resolve(arrived.code)
    })
    await session.sendCode('9996650003')
    await session.signIn('9996650003', await code)
    return new Account('carol', session)
  })
  const groupId = await step('carol writes to ann, to bob, and twice in the group', async () => {
    const chats = await carol.session.getChats()
    const group = chats.find(({ title }) => title === 'Weekend')
    assert(group !== undefined)
    await carol.session.sendMessage('@ann_demo', 'Are you there, Ann?')
    await carol.session.sendMessage('@bob_demo', 'Are you there, Bob?')
    await carol.session.sendMessage(group.peer, 'I come too')
    await carol.session.sendMessage(group.peer, 'When do we meet?')
    return group.id
  })

  section('4. The program is started again: no login')
  console.log(
    '  (updates outside of any sequence are repeated from the last saved second on; messages are not)',
  )
  let live: Promise<unknown> | undefined
  await runProgram('second-run', () => {
    live = carol.session.sendMessage(groupId, 'There you are')
  })
  await live
  await step('carol has their answers', async () => {
    await Promise.all([carol.message('I am'), carol.message('At nine')])
  })
}

async function cleanUp(): Promise<void> {
  for (const program of running) program.kill()
  await carols.telegram?.close()
  const exitCode = await box.stop()
  rmSync(folder, { recursive: true, force: true })
  if (exitCode !== 0) throw new Error(`the box ended with exit code ${exitCode}`)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const program of running) program.kill()
    box.kill()
    rmSync(folder, { recursive: true, force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

try {
  try {
    await demo()
  } finally {
    await cleanUp()
  }
  console.log(`\nAll of it happened, in ${((performance.now() - begin) / 1000).toFixed(1)} seconds.`)
} catch (error) {
  console.log(`\nThe demo failed: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
