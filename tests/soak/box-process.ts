/** The box of a soak, in a process of its own: it answers the questions of its parent. */
import { startBox, worldFromDescription } from '@telegram-mt/box'
import { seeded } from './chance.ts'
import { type Answer, type BoxPlan, populationOf, type Question, readText } from './plan.ts'
import { Storm } from './storm.ts'

const plan = JSON.parse(process.argv[2] ?? 'null') as BoxPlan
const { people, groups } = populationOf(plan.sessions, plan.seed)
const world = await worldFromDescription(
  {
    users: people.map(({ phone, username, dc }) => ({ phone, username, dc, firstName: username })),
    channels: groups.map(({ title, username, members }) => ({
      title,
      username,
      kind: 'supergroup',
      creator: `@${members[0]?.username}`,
      members: members.slice(1).map((member) => `@${member.username}`),
    })),
  },
  // Whoever was cut off for long is to get all of it in differences, as on Telegram's servers.
  {
    limits: {
      channelDifferenceMax: 100_000,
      differenceMax: 1_000_000,
      logLength: 1_000_000,
      randomIds: 100_000,
    },
  },
)
const box = await startBox({ world, faultSeed: plan.seed })

const idOf = new Map(people.map(({ phone, index }) => [index, world.phones.get(phone)?.id ?? 0]))
const idsOf = (fits: (person: (typeof people)[number]) => boolean) =>
  people.filter(fits).map(({ index }) => idOf.get(index) ?? 0)
const storm = new Storm(
  box,
  {
    all: idsOf(() => true),
    immortal: idsOf(({ mortal }) => !mortal),
    mortal: idsOf(({ mortal }) => mortal),
    travellers: idsOf(({ traveller }) => traveller),
  },
  seeded(plan.seed + 1),
)

const say = (answer: Answer) => process.send?.(answer)

function tally(): Answer {
  const streams: Record<string, number[]> = {}
  const count = (text: string) => {
    const read = readText(text)
    if (read === undefined) return
    streams[read.stream] ??= []
    streams[read.stream]?.push(read.n)
  }
  for (const { text } of world.state.messages.values()) count(text)
  for (const { messages } of world.state.channels.values()) {
    for (const { text } of messages.values()) count(text)
  }
  return { to: 'tally', streams, faults: storm.struck() }
}

process.on('message', (question: Question) => {
  switch (question) {
    case 'storm':
      storm.begin(plan.faultEvery)
      return
    case 'status': {
      const { rss } = process.memoryUsage()
      say({ to: 'status', faults: storm.count, connections: box.connections, calls: box.calls.count, rss })
      return
    }
    case 'calm':
      storm.end()
      say({ to: 'calm' })
      return
    case 'tally':
      say(tally())
  }
})
// Ctrl-C is the parent's to hear, and without a parent there is nothing to do.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))

say({
  to: 'start',
  dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
  publicKey: box.publicKey,
})
