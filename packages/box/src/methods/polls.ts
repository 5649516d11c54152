/** Polls and quizzes (core.telegram.org/api/poll). A poll is kept once, however often its message is forwarded. */
import type { tl } from '../generated/types.ts'
import { toPeer } from '../world/marked-id.ts'
import { pollResults } from '../world/poll-results.ts'
import type { Poll } from '../world/state-poll.ts'
import { tell } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPlace } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'
import { whoSees } from './who-sees.ts'

const ANSWERS = 12
const QUESTION_LENGTH = 300

/** @throws RpcError POLL_QUESTION_INVALID, POLL_ANSWERS_INVALID, POLL_ANSWER_INVALID, QUIZ_* */
export function newPoll(ctx: UserContext, input: tl.inputMediaPoll): tl.messageMediaPoll {
  const { poll } = input
  const question = poll.question.text.trim()
  if (question === '' || question.length > QUESTION_LENGTH) throw badRequest('POLL_QUESTION_INVALID')
  if (poll.answers.length < 1 || poll.answers.length > ANSWERS) throw badRequest('POLL_ANSWERS_INVALID')
  const answers = poll.answers.map((answer, index): tl.pollAnswer => {
    if (answer.text.text.trim() === '') throw badRequest('POLL_ANSWER_INVALID')
    const option =
      answer._ === 'pollAnswer' && answer.option.length > 0 ? answer.option : Uint8Array.of(index)
    return { _: 'pollAnswer', text: answer.text, option }
  })
  if (new Set(answers.map(({ option }) => hex(option))).size < answers.length) {
    throw badRequest('POLL_OPTION_DUPLICATE')
  }
  const correct = correctOptions(answers, input.correctAnswers ?? [])
  if (poll.quiz && correct.length === 0) throw badRequest('QUIZ_CORRECT_ANSWERS_EMPTY')
  if (poll.quiz && poll.multipleChoice) throw badRequest('QUIZ_MULTIPLE_INVALID')
  const id = BigInt.asUintN(62, ctx.world.randomLong())
  const kept: Poll = {
    id,
    poll: {
      _: 'poll',
      id,
      question: { ...poll.question, text: question },
      answers,
      publicVoters: poll.publicVoters,
      multipleChoice: poll.multipleChoice,
      quiz: poll.quiz,
      closePeriod: poll.closePeriod,
      closeDate: poll.closeDate,
      hash: 0n,
    },
    correct,
    solution: input.solution,
    solutionEntities: input.solutionEntities,
    votes: new Map(),
  }
  ctx.world.state.polls.set(id, kept)
  return { _: 'messageMediaPoll', poll: kept.poll, results: { _: 'pollResults' } }
}

/** Right answers come as indexes; clients of older layers name the options themselves. */
function correctOptions(answers: tl.pollAnswer[], given: unknown[]): Uint8Array[] {
  return given.map((one) => {
    const named =
      one instanceof Uint8Array ? answers.find(({ option }) => hex(option) === hex(one)) : undefined
    const answer = named ?? (typeof one === 'number' ? answers[one] : undefined)
    if (!answer) throw badRequest('QUIZ_CORRECT_ANSWER_INVALID')
    return answer.option
  })
}

export const pollMethods: UserMethods = {
  'messages.sendVote': (ctx, { peer, msgId, options }) => {
    const poll = pollAt(ctx, peer, msgId)
    if (poll.poll.closed) throw badRequest('MESSAGE_POLL_CLOSED')
    if (options.length > 1 && !poll.poll.multipleChoice) throw badRequest('OPTIONS_TOO_MUCH')
    const known = new Set(poll.poll.answers.map((answer) => ('option' in answer ? hex(answer.option) : '')))
    if (options.some((option) => !known.has(hex(option)))) throw badRequest('OPTION_INVALID')
    if (poll.poll.quiz && poll.votes.has(ctx.me.id)) throw badRequest('REVOTE_NOT_ALLOWED')
    if (options.length === 0) poll.votes.delete(ctx.me.id)
    else poll.votes.set(ctx.me.id, { options, date: ctx.world.seconds() })
    return tellOfPoll(ctx, peer, msgId, poll)
  },

  'messages.getPollResults': (ctx, { peer, msgId }) => {
    const poll = pollAt(ctx, peer, msgId)
    return ctx.answer([pollUpdate(ctx, poll)])
  },

  'messages.getPollVotes': (ctx, { peer, id, option, offset, limit }) => {
    const poll = pollAt(ctx, peer, id)
    if (!poll.poll.publicVoters) throw forbidden('BROADCAST_FORBIDDEN')
    const wanted = option && hex(option)
    const all = [...poll.votes].filter(
      ([, v]) => wanted === undefined || v.options.some((o) => hex(o) === wanted),
    )
    const start = Number(offset ?? 0) || 0
    const end = start + Math.min(Math.max(limit, 1), 50)
    const votes = all.slice(start, end).map(([userId, vote]): tl.MessagePeerVote => {
      const [first] = vote.options
      const voter = { peer: toPeer(userId), date: vote.date }
      return first && vote.options.length === 1
        ? { _: 'messagePeerVote', option: first, ...voter }
        : { _: 'messagePeerVoteMultiple', options: vote.options, ...voter }
    })
    const nextOffset = end < all.length ? String(end) : undefined
    return { _: 'messages.votesList', count: all.length, votes, nextOffset, ...ctx.view.peersOf(votes) }
  },
}

/** @throws RpcError MESSAGE_ID_INVALID */
function pollAt(ctx: UserContext, peer: tl.InputPeer, id: number): Poll {
  const media = inputPlace(ctx, peer).content(id)?.media
  const poll = media?._ === 'messageMediaPoll' ? ctx.world.state.polls.get(media.poll.id) : undefined
  if (!poll) throw badRequest('MESSAGE_ID_INVALID')
  return poll
}

function pollUpdate(ctx: UserContext, poll: Poll, viewer = ctx.me): tl.updateMessagePoll {
  return {
    _: 'updateMessagePoll',
    pollId: poll.id,
    poll: poll.poll,
    results: pollResults(poll, viewer.id),
  }
}

/** Everyone who sees the message sees the votes move; how each one sees its own. */
export function tellOfPoll(ctx: UserContext, peer: tl.InputPeer, id: number, poll: Poll): tl.updates {
  for (const viewer of whoSees(ctx, inputPlace(ctx, peer), id)) {
    tell(ctx.world, viewer, pollUpdate(ctx, poll, viewer))
  }
  return ctx.answer()
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
