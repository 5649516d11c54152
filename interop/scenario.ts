/** What is tried with every client. What a client has done is judged by what the others saw of it. */
import type { Player, Stage } from './stage.ts'
import type { SeenMessage } from './vocabulary.ts'

export interface Scenario {
  name: string
  /** Disturbs the others: not for several clients at once. */
  alone?: boolean
  run(player: Player, stage: Stage): Promise<void>
}

let said = 0
/** Words that have not been said before, so that a message is found by them. */
export const words = (about: string): string => `${about} ${++said} 🎈`

/** Does the same towards each of the others, at once. */
export async function withEach(
  player: Player,
  stage: Stage,
  act: (other: Player) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(stage.others(player).map((other) => act(other)))
  const failures = outcomes.flatMap((outcome, i) =>
    outcome.status === 'rejected' ? [{ with: stage.others(player)[i]?.name, error: outcome.reason }] : [],
  )
  const [first] = failures
  if (first === undefined) return
  const names = failures.map((failure) => failure.with).join(', ')
  throw new Error(`with ${names}: ${first.error?.message ?? first.error}`, { cause: first.error })
}

/** Sends a text, and gives the message as the other has it: in private chats each side has ids of its own. */
export async function say(from: Player, to: Player, text: string): Promise<SeenMessage> {
  await from.ask('send', { to: to.username, html: text })
  return await to.got(text)
}

/** A message as it stands in the chat with somebody, if it is still there. */
export async function found(player: Player, withWhom: Player, id: number): Promise<SeenMessage | undefined> {
  const history = await player.ask('history', { with: withWhom.username, limit: 100 })
  return history.find((message) => message.id === id)
}
