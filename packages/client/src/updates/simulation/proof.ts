/** What must hold in the end, once the network has been good for long enough: what the server has, the program has seen. */
import { numberedId } from '../delivery-id.ts'
import type { UpdateEngine } from '../engine.ts'
import type { Faults } from './faults.ts'
import { BrokenPromise, keyOf, type ModelProgram } from './model-program.ts'
import type { ModelServer } from './model-server.ts'

export interface Outcome {
  readonly engine: UpdateEngine
  readonly server: ModelServer
  readonly program: ModelProgram
  readonly faults: Faults
  /** Unnumbered updates that the engine was given in its last life. */
  readonly marksGiven: ReadonlySet<number>
  /** Those in a container that says whether it came before. */
  readonly marksOnce: ReadonlySet<number>
}

export function checkAll(outcome: Outcome): void {
  const { engine, program } = outcome
  const { buffered, channelsBehind, inOrder, requests, paused } = engine.status()
  if (buffered > 0 || channelsBehind > 0 || !inOrder || requests > 0 || paused) {
    throw new BrokenPromise(`not settled: ${JSON.stringify(engine.status())}`)
  }
  if (program.queue.length > 0) throw new BrokenPromise('deliveries were left unhandled')
  checkView(outcome)
  checkTold(outcome)
  checkHandled(outcome)
  checkSecrets(outcome)
  checkMarks(outcome)
  checkSaved(outcome)
}

/** However slow the program and whatever comes, memory is bounded. */
export function checkBuffer(engine: UpdateEngine, { bufferLimit }: Faults): void {
  const { buffered } = engine.status()
  if (buffered > bufferLimit) throw new BrokenPromise(`${buffered} updates wait, ${bufferLimit} may`)
}

/** A mirror of the chats that takes updates and, at a gap, reads the chat anew. */
function checkView({ server, program }: Outcome): void {
  const expected = messagesOf(server)
  for (const [key, messages] of expected) {
    const seen = program.view.get(key)
    for (const [id, text] of messages) {
      const found = seen?.get(id)
      if (found !== text)
        throw new BrokenPromise(`${key}: message ${id} is "${text}", the program has "${found}"`)
    }
  }
  for (const [key, messages] of program.view) {
    if (key.startsWith('c') && !server.box(Number(key.slice(1))).member) continue
    for (const id of messages.keys()) {
      if (expected.get(key)?.has(id) !== true) throw new BrokenPromise(`${key}: message ${id} was deleted`)
    }
  }
}

/** Every message was told of: by an update, or by a gap within whose bounds it lies. */
function checkTold({ server, program }: Outcome): void {
  for (const [key, messages] of messagesOf(server)) {
    const channelId = key.startsWith('c') ? Number(key.slice(1)) : 0
    if (program.excusedTo(channelId) === Number.POSITIVE_INFINITY) continue
    const { top } = server.box(channelId).left
    for (const id of messages.keys()) {
      if (id <= top) continue
      if (!program.told.has(`${key}.${id}`))
        throw new BrokenPromise(`${key}: message ${id} was in no update and in no gap`)
    }
  }
}

/** Every other event (edits, deletions, read marks) was handled, unless a gap was announced over it. */
function checkHandled({ server, program }: Outcome): void {
  for (const [channelId, box] of [[0, server.account] as const, ...server.channels]) {
    const from = Math.max(box.left.pts, program.excusedTo(channelId))
    for (const { pts, update, messageId } of box.events) {
      if (update === undefined || messageId !== undefined || pts <= from) continue
      const id = numberedId(update, channelId, pts, 0)
      if (id !== undefined && !program.ids.has(id))
        throw new BrokenPromise(`sequence ${channelId}: ${update._} of pts ${pts} was not handed out`)
    }
  }
}

function checkSecrets({ server, program }: Outcome): void {
  for (let qts = program.firstQts + 1; qts <= server.qts; qts++) {
    if (!program.secrets.has(qts)) throw new BrokenPromise(`secret message ${qts} was not handed out`)
  }
}

/** Updates without a number came through, once, unless the program was too slow for them. */
function checkMarks({ program, faults, marksGiven, marksOnce }: Outcome): void {
  for (const [mark, times] of program.marks) {
    if (times > (marksOnce.has(mark) ? 1 : faults.doublesAtMost))
      throw new BrokenPromise(`mark ${mark} was handed out ${times} times`)
  }
  if (faults.mayOverflow) return
  for (const mark of marksGiven) {
    if (!program.marks.has(mark)) throw new BrokenPromise(`mark ${mark} came in and was not handed out`)
  }
}

/** What was saved is what the engine reached: nothing is asked for twice after a clean stop. */
function checkSaved({ engine, program }: Outcome): void {
  const saved = program.saved.state()
  const reached = engine.reached()
  if (saved?.pts !== reached.pts || saved.qts !== reached.qts) {
    throw new BrokenPromise(
      `saved pts ${saved?.pts} qts ${saved?.qts}, reached ${reached.pts} ${reached.qts}`,
    )
  }
  for (const [channelId, { pts, unverified }] of reached.channels) {
    const point = saved.channels.get(channelId)
    if (point?.pts !== pts)
      throw new BrokenPromise(`channel ${channelId}: saved ${point?.pts}, reached ${pts}`)
    if (unverified === true || point.unverified === true)
      throw new BrokenPromise(`channel ${channelId}: its position was never made sure of`)
  }
}

/** What the account can see at the server: texts by chat and message id. */
function messagesOf(server: ModelServer): Map<string, Map<number, string>> {
  const expected = new Map<string, Map<number, string>>()
  const boxes = [server.account, ...[...server.channels.values()].filter(({ member }) => member)]
  for (const box of boxes) {
    for (const { id, peerId, message } of box.messages.values()) {
      const key = keyOf(peerId)
      const chat = expected.get(key) ?? new Map<number, string>()
      expected.set(key, chat.set(id, message))
    }
  }
  return expected
}
