/** Polls and quizzes (https://core.telegram.org/api/poll). */
import { TelegramError } from '../errors.ts'
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { getMessage } from './get-messages.ts'
import { type SendMediaOptions, sendMedia } from './send-media.ts'
import { editedMessage, updatesOf } from './sent-message.ts'

/** A poll or quiz to be sent. */
export interface NewPoll {
  question: TextLike
  /** 2 to 12. */
  answers: readonly TextLike[]
  /** Everybody sees who chose what. Default false. */
  publicVotes?: boolean | undefined
  /** More than one answer may be chosen. */
  multipleChoice?: boolean | undefined
  /** Makes it a quiz: the right answer by its place, from 0. */
  correct?: number | undefined
  /** Shown to those who answered a quiz wrong, 200 characters at most. */
  explanation?: TextLike | undefined
  /** Closes so many seconds after it was sent: 5 to 600. */
  closePeriod?: number | undefined
  /** Closes then. */
  closeDate?: Date | undefined
}

/** A poll as it stands. */
export interface PollState {
  poll: tl.poll
  results: tl.pollResults
  /** For each answer in order: text, votes, whether this account chose it. */
  answers: { text: string; voters: number; chosen: boolean; correct: boolean }[]
}

/** Who voted for what, where that is public. */
export interface Vote {
  peer: PeerKey
  peerId: number
  /** Places of the answers chosen, from 0. */
  choices: number[]
  /** Seconds since the epoch. */
  date: number
}

/**
 * Sends a poll, or with `correct` a quiz.
 * @throws RpcError `POLL_ANSWERS_INVALID`, `POLL_QUESTION_INVALID`, `MEDIA_INVALID` in private chats other than saved messages, …
 */
export async function sendPoll(
  session: SessionContext,
  to: PeerLike,
  poll: NewPoll,
  options: SendMediaOptions = {},
): Promise<tl.message> {
  const { correct } = poll
  if (correct !== undefined && poll.answers[correct] === undefined) {
    throw new TelegramError(
      'POLL_CORRECT_INVALID',
      `correct is ${correct}: expected the place of one of ${poll.answers.length} answers, from 0`,
    )
  }
  return await sendMedia(session, to, () => inputPoll(session, poll), options)
}

async function inputPoll(session: SessionContext, poll: NewPoll): Promise<tl.InputMedia> {
  const { correct } = poll
  const explanation =
    poll.explanation === undefined ? undefined : await outgoingText(session, poll.explanation)
  const answers = await Promise.all(poll.answers.map((answer) => inputText(session, answer)))
  return {
    _: 'inputMediaPoll',
    poll: {
      _: 'poll',
      id: 0n,
      hash: 0n,
      question: await inputText(session, poll.question),
      answers: answers.map((text) => ({ _: 'inputPollAnswer', text })),
      publicVoters: poll.publicVotes,
      multipleChoice: poll.multipleChoice,
      quiz: correct === undefined ? undefined : true,
      closePeriod: poll.closePeriod,
      closeDate: poll.closeDate === undefined ? undefined : Math.floor(poll.closeDate.getTime() / 1000),
    },
    correctAnswers: correct === undefined ? undefined : [correct],
    solution: explanation?.message,
    solutionEntities: explanation === undefined ? undefined : (explanation.entities ?? []),
  }
}

/**
 * Chooses answers of a poll by their places, from 0; none takes the vote back.
 * @throws RpcError `REVOTE_NOT_ALLOWED` in a quiz; `MESSAGE_POLL_CLOSED`, …
 */
export async function vote(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
  choices: number | readonly number[],
): Promise<PollState> {
  const { id, media } = await pollMessage(session, chat, message)
  const options = (typeof choices === 'number' ? [choices] : choices).map((place) => {
    const answer = media.poll.answers[place]
    if (answer?._ !== 'pollAnswer') {
      throw new TelegramError(
        'POLL_CHOICE_INVALID',
        `no answer ${place}: expected a place from 0 to ${media.poll.answers.length - 1}`,
      )
    }
    return answer.option
  })
  const answer = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.sendVote', peer, msgId: id, options }),
  )
  return stateOf(media, answer)
}

/** The poll of a message with its results as they are now. */
export async function getPoll(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
): Promise<PollState> {
  const { id, media } = await pollMessage(session, chat, message)
  const answer = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.getPollResults', peer, msgId: id, pollHash: 0n }),
  )
  return stateOf(media, answer)
}

/** Ends a poll of this account: nobody can vote any more. */
export async function closePoll(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
): Promise<tl.message> {
  const { id, media } = await pollMessage(session, chat, message)
  const closed: tl.InputMedia = { _: 'inputMediaPoll', poll: { ...media.poll, closed: true } }
  const answer = await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.editMessage', peer, id, media: closed }),
  )
  return editedMessage(answer, id, 'messages.editMessage')
}

/** Who chose what, in a poll with public votes; with `choice`, only those who chose this answer. */
export async function* votes(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
  options: { choice?: number | undefined; limit?: number | undefined } = {},
): AsyncGenerator<Vote, void, undefined> {
  const { id, media } = await pollMessage(session, chat, message)
  const keys = media.poll.answers.map((answer) => (answer._ === 'pollAnswer' ? hex(answer.option) : ''))
  const chosen = options.choice === undefined ? undefined : media.poll.answers[options.choice]
  const option = chosen?._ === 'pollAnswer' ? chosen.option : undefined
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let offset: string | undefined
  while (left > 0) {
    const page = { id, option, offset, limit: Math.min(50, left) }
    const answer = await withPeer(session, chat, (peer) =>
      session.invoke({ _: 'messages.getPollVotes', peer, ...page }),
    )
    for (const one of answer.votes) {
      if (left-- <= 0) return
      const key = keyOfPeer(one.peer)
      const picked = one._ === 'messagePeerVote' ? [one.option] : 'options' in one ? one.options : []
      const choices =
        one._ === 'messagePeerVoteInputOption'
          ? [options.choice ?? 0]
          : picked.map((option) => keys.indexOf(hex(option)))
      yield { peer: key, peerId: toMarkedId(key), choices, date: one.date }
    }
    if (answer.nextOffset === undefined || answer.votes.length === 0) return
    offset = answer.nextOffset
  }
}

/** What a message's poll looks like; undefined if it holds none. */
export function pollOf(message: tl.message): PollState | undefined {
  return message.media?._ === 'messageMediaPoll'
    ? readPoll(message.media.poll, message.media.results)
    : undefined
}

async function pollMessage(
  session: SessionContext,
  chat: PeerLike,
  message: number | tl.message,
): Promise<{ id: number; media: tl.messageMediaPoll }> {
  const found = typeof message === 'number' ? await getMessage(session, chat, message) : message
  if (found?._ !== 'message' || found.media?._ !== 'messageMediaPoll') {
    throw new TelegramError('NOT_A_POLL', `message ${found?.id ?? message} holds no poll`)
  }
  return { id: found.id, media: found.media }
}

function stateOf(before: tl.messageMediaPoll, answer: tl.Updates): PollState {
  let { poll, results } = before
  for (const update of updatesOf(answer)) {
    if (update._ !== 'updateMessagePoll' || update.pollId !== before.poll.id) continue
    poll = update.poll ?? poll
    // "min: … the poll results are the same for all users": what this account chose is not in them.
    results = update.results.min
      ? { ...update.results, results: keepChosen(results, update.results) }
      : update.results
  }
  return readPoll(poll, results)
}

function keepChosen(before: tl.pollResults, now: tl.pollResults): tl.PollAnswerVoters[] | undefined {
  const chosen = new Set((before.results ?? []).filter((one) => one.chosen).map((one) => hex(one.option)))
  return now.results?.map((one) => (chosen.has(hex(one.option)) ? { ...one, chosen: true } : one))
}

function readPoll(poll: tl.poll, results: tl.pollResults): PollState {
  const counts = new Map((results.results ?? []).map((one) => [hex(one.option), one]))
  return {
    poll,
    results,
    answers: poll.answers.map((answer) => {
      const count = answer._ === 'pollAnswer' ? counts.get(hex(answer.option)) : undefined
      return {
        text: answer.text.text,
        voters: count?.voters ?? 0,
        chosen: count?.chosen === true,
        correct: count?.correct === true,
      }
    }),
  }
}

async function inputText(session: SessionContext, text: TextLike): Promise<tl.textWithEntities> {
  const { message, entities } = await outgoingText(session, text)
  return { _: 'textWithEntities', text: message, entities: entities ?? [] }
}

const hex = (bytes: Uint8Array): string =>
  bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '')
