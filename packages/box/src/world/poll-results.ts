/** How a poll stands, as one account sees it: counts only after it has voted, or when the poll is closed. */
import type { tl } from '../generated/types.ts'
import { toPeer } from './marked-id.ts'
import type { Poll } from './state-poll.ts'

export function pollResults(poll: Poll, viewer: number): tl.pollResults {
  const mine = poll.votes.get(viewer)
  const shown = mine !== undefined || poll.poll.closed === true
  const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
  const results = poll.poll.answers.flatMap((answer): tl.pollAnswerVoters[] => {
    if (answer._ !== 'pollAnswer') return []
    const { option } = answer
    const chosenBy = [...poll.votes.values()].filter((vote) => vote.options.some((o) => same(o, option)))
    return [
      {
        _: 'pollAnswerVoters',
        option,
        voters: chosenBy.length,
        chosen: mine?.options.some((o) => same(o, option)) || undefined,
        correct: poll.correct.some((o) => same(o, option)) || undefined,
      },
    ]
  })
  const voters = [...poll.votes.keys()]
  return {
    _: 'pollResults',
    results: shown ? results : undefined,
    totalVoters: voters.length,
    recentVoters: poll.poll.publicVoters ? voters.slice(-3).map(toPeer) : undefined,
    solution: mine ? poll.solution : undefined,
    solutionEntities: mine ? poll.solutionEntities : undefined,
  }
}
