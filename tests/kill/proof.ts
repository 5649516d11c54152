/**
 * The proof by kill -9: a box, a sender and a receiver in processes of their own, over sockets and files. Sender and receiver
 * are killed every few seconds and all connections are cut all the time. Then it is counted: what Telegram has, and what the
 * receiving program has seen, must be every message, once, in the order of its chat.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Session, SignUpNeededError, Telegram } from 'telegram-mt'
import { read } from './diary.ts'
import { type BoxAddress, hostOptions, type ProgramPlan } from './plan.ts'

export interface ProofOptions {
  /** The storage of a program by its name: a file, or a database. */
  readonly storage: (name: string, folder: string) => string
  /** How long messages are sent at most, ms. */
  readonly duration: number
  /** How many messages are enough. */
  readonly messages?: number | undefined
  /** Ms between the start of a process and its death: at least and at most. */
  readonly life: readonly [number, number]
  /** Ms. */
  readonly cutEvery: number
  /** Where the programs are: see bundle.mjs. */
  readonly program: (name: string) => string
  readonly log?: (line: string) => void
}

export interface ProofFigures {
  /** Confirmed to the sender. */
  readonly sent: number
  readonly chats: number
  /** Not at Telegram, or not seen by the receiving program. */
  readonly lost: number
  /** Twice at Telegram. */
  readonly doubled: number
  /** Out of the order of their chat, at Telegram or at the receiving program. */
  readonly disordered: number
  /** Seen again by the receiving program, with the id of the first time: each stands for a death in the wrong moment. */
  readonly repeated: number
  /** Gaps and parked updates that the receiver was told of. */
  readonly surrendered: number
  readonly killed: { readonly sender: number; readonly receiver: number }
  readonly cut: number
}

const PATIENCE = 120_000

export async function prove(options: ProofOptions): Promise<ProofFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-kill-'))
  const processes = new Set<ChildProcess>()
  const abandon = () => {
    for (const child of processes) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  const start = (name: string, plan: object, stdout: 'pipe' | 'inherit') => {
    const child = spawn(process.execPath, [options.program(name), JSON.stringify(plan)], {
      stdio: ['pipe', stdout, 'inherit'],
    })
    processes.add(child)
    child.on('exit', () => processes.delete(child))
    return child
  }
  try {
    const boxProcess = start('box-process', { cutEvery: options.cutEvery }, 'pipe')
    const boxSays = linesOf(boxProcess)
    const box = (await boxSays()) as BoxAddress
    const ends = await prepare(options, folder, box)
    const planFor = (name: string): ProgramPlan => ({
      box,
      storage: options.storage(name, folder),
      chats: name === 'sender' ? ends.chats : [],
      diary: join(folder, `${name}.diary`),
      finish: join(folder, 'finish'),
    })
    const plans = { sender: planFor('sender'), receiver: planFor('receiver') }

    const sender = new Mortal(() => start('sender', plans.sender, 'inherit'), options.life)
    const receiver = new Mortal(() => start('receiver', plans.receiver, 'inherit'), options.life)
    const { messages = Number.POSITIVE_INFINITY, log = () => {} } = options
    const chatCount = ends.chats.length
    let told = 0
    await until(() => {
      const sent = sum(countSent(plans.sender, chatCount))
      if (sent - told >= 1_000) {
        told = sent
        log(`${sent} messages, the sender killed ${sender.deaths} times, the receiver ${receiver.deaths}`)
      }
      return sent >= messages
    }, options.duration)
    writeFileSync(plans.sender.finish, '')
    sender.spare()
    receiver.spare()
    await sender.ended(PATIENCE)
    const expected = countSent(plans.sender, chatCount)
    await until(() => seenBy(plans.receiver).distinct >= sum(expected), PATIENCE)
    receiver.end()
    await receiver.ended(PATIENCE)

    const truth = await atTelegram(ends.auditor, ends.chats)
    await ends.host.close()
    boxProcess.stdin?.write('?\n')
    const { cut } = (await boxSays()) as { cut: number }
    return judge(expected, truth, seenBy(plans.receiver), {
      killed: { sender: sender.deaths, receiver: receiver.deaths },
      cut,
    })
  } finally {
    process.off('exit', abandon)
    abandon()
  }
}

// ---------------------------------------------------------------------------------------------- before

interface Ends {
  /** As the sender names them. */
  readonly chats: number[]
  /** A session of the sender's account that is never killed. */
  readonly auditor: Session
  readonly host: Telegram
}

/** Makes the accounts and the chats, and leaves the sessions in the programs' storages. */
async function prepare(options: ProofOptions, folder: string, box: BoxAddress): Promise<Ends> {
  const open = (name: string) => new Telegram({ ...hostOptions(box), storage: options.storage(name, folder) })
  const [senderHost, receiverHost] = [open('sender'), open('receiver')]
  const host = new Telegram(hostOptions(box))
  const sender = await signIn(senderHost, '9996610001', 'Sender')
  const receiver = await signIn(receiverHost, '9996620002', 'Receiver')
  const auditor = await signIn(host, '9996610001', 'Sender')
  await receiver.api.account.updateUsername({ username: 'the_receiver' })
  const group = await sender.createGroup('Group', ['@the_receiver'])
  const channel = await sender.api.channels.createChannel({ title: 'Channel', about: '', megagroup: true })
  const supergroup = 'chats' in channel ? channel.chats[0] : undefined
  if (supergroup?._ !== 'channel') throw new Error('no supergroup was made')
  const { id: channelId, accessHash = 0n } = supergroup
  const users = [await sender.resolvePeer('@the_receiver')].flatMap((peer) =>
    peer._ === 'inputPeerUser' ? [{ ...peer, _: 'inputUser' as const }] : [],
  )
  await sender.api.channels.inviteToChannel({
    channel: { _: 'inputChannel', channelId, accessHash },
    users,
  })
  const chats = [receiver.userId ?? 0, group.id, -1_000_000_000_000 - channelId]
  // The auditor learns how to address them, and the receiver where the supergroup's updates begin.
  await auditor.getChats()
  await receiver.getChats()
  await Promise.all([senderHost.close(), receiverHost.close()])
  return { chats, auditor, host }
}

async function signIn(host: Telegram, phone: string, firstName: string): Promise<Session> {
  const session = await host.connect({ dc: Number(phone[5]) })
  await session.sendCode(phone)
  try {
    await session.signIn(phone, (phone[5] ?? '').repeat(5))
  } catch (error) {
    if (!(error instanceof SignUpNeededError)) throw error
    await session.signUp(phone, { firstName })
  }
  return session
}

// ---------------------------------------------------------------------------------------------- while

/** A process that is killed again and again, until it is spared. */
class Mortal {
  readonly #spawn: () => ChildProcess
  readonly #life: readonly [number, number]
  #child: ChildProcess
  #timer: NodeJS.Timeout | undefined
  deaths = 0

  constructor(spawn: () => ChildProcess, life: readonly [number, number]) {
    this.#spawn = spawn
    this.#life = life
    this.#child = this.#begin()
  }

  spare(): void {
    clearTimeout(this.#timer)
  }

  end(): void {
    this.#child.kill('SIGTERM')
  }

  /** Resolves when it has ended by itself, and well. */
  ended(patience: number): Promise<void> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const done = (code: number | null) => {
        clearTimeout(timer)
        if (code === 0) resolve()
        else reject(new Error(`the process ended with ${code}`))
      }
      const timer = setTimeout(() => reject(new Error(`the process did not end in ${patience} ms`)), patience)
      if (child.exitCode !== null) done(child.exitCode)
      else child.once('exit', done)
    })
  }

  #begin(): ChildProcess {
    const child = this.#spawn()
    const [least, most] = this.#life
    this.#timer = setTimeout(
      () => {
        this.deaths++
        child.kill('SIGKILL')
      },
      least + Math.random() * (most - least),
    )
    child.once('exit', (code) => {
      clearTimeout(this.#timer)
      // Whoever is killed comes again; whoever ends by itself in the middle of it has failed, and is not brought back.
      if (code === null) this.#child = this.#begin()
    })
    return child
  }
}

function linesOf(child: ChildProcess): () => Promise<unknown> {
  if (child.stdout === null) throw new Error('the process has no output')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async () => JSON.parse((await lines.next()).value ?? 'null') as unknown
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

async function until(holds: () => boolean, patience: number): Promise<void> {
  const deadline = Date.now() + patience
  // What is missing after that is counted as lost.
  while (!holds() && Date.now() < deadline) await wait(100)
}

// ---------------------------------------------------------------------------------------------- after

/** How many messages of each chat were confirmed: the last number, as they are noted in order. */
function countSent({ diary }: ProgramPlan, chats: number): number[] {
  const counts = Array.from({ length: chats }, () => 0)
  for (const line of read(diary)) {
    const [chat = 0, n = 0] = line.split(' ').map(Number)
    counts[chat] = Math.max(counts[chat] ?? 0, n)
  }
  return counts
}

interface Seen {
  /** The texts in order, without repeats of an id. */
  readonly texts: string[]
  readonly distinct: number
  readonly repeated: number
  readonly surrendered: number
}

function seenBy({ diary }: ProgramPlan): Seen {
  const ids = new Set<string>()
  const texts: string[] = []
  let repeated = 0
  let surrendered = 0
  for (const line of read(diary)) {
    const space = line.indexOf(' ')
    if (space < 0) {
      surrendered++
      continue
    }
    const id = line.slice(0, space)
    if (ids.has(id)) repeated++
    else texts.push(line.slice(space + 1))
    ids.add(id)
  }
  return { texts, distinct: ids.size, repeated, surrendered }
}

/** The texts of each chat, oldest first. */
async function atTelegram(auditor: Session, chats: readonly number[]): Promise<string[][]> {
  const texts: string[][] = []
  for (const chat of chats) {
    const history = await auditor.getHistory(chat, { limit: 1_000_000 })
    texts.push(history.flatMap((one) => (one._ === 'message' ? [one.message] : [])).reverse())
  }
  return texts
}

function judge(
  expected: readonly number[],
  truth: readonly string[][],
  seen: Seen,
  rest: Pick<ProofFigures, 'killed' | 'cut'>,
): ProofFigures {
  let lost = 0
  let doubled = 0
  let disordered = 0
  for (const [chat, count] of expected.entries()) {
    const wanted = Array.from({ length: count }, (_, n) => `${chat} ${n + 1}`)
    const [there, read] = [truth[chat] ?? [], seen.texts.filter((text) => text.startsWith(`${chat} `))]
    for (const texts of [there, read]) {
      const known = new Set(texts)
      lost += wanted.filter((text) => !known.has(text)).length
      disordered += outOfOrder(texts.map((text) => Number(text.split(' ')[1])))
    }
    doubled += there.length - new Set(there).size + (read.length - new Set(read).size)
  }
  const { repeated, surrendered } = seen
  return {
    sent: sum(expected),
    chats: expected.length,
    lost,
    doubled,
    disordered,
    repeated,
    surrendered,
    ...rest,
  }
}

const outOfOrder = (numbers: readonly number[]) =>
  numbers.filter((n, at) => at > 0 && n <= (numbers[at - 1] ?? 0)).length
const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
