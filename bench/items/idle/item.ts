import { contestants, type Item } from '../../runner/item.ts'

function idle(count: number): Item {
  const sessions = count.toLocaleString('en')
  return {
    name: `idle-${count}`,
    folder: 'idle',
    title: `Memory of an idle session, of ${sessions}`,
    about: `One process with ${sessions} sessions online, each after its first call; what the process holds beyond what it held with one session, by the session. Heap includes the memory of buffers. RSS is read when the engine has given back the room that it keeps for new objects, as it does by itself in a process that is idle for some seconds.`,
    steps: ['idle'],
    fresh: true,
    accounts: count + 1,
    cases: [
      {
        key: 'heap',
        name: `heap of a session, of ${sessions}`,
        unit: 'KiB',
        better: 'less',
        aims: [{ value: 20 }],
      },
      {
        key: 'rss',
        name: `RSS of a session, of ${sessions}`,
        unit: 'KiB',
        better: 'less',
        aims: [{ value: 80 }],
      },
    ],
    contestants: contestants('ours', 'mtcute', 'gramjs'),
  }
}

export const idle200 = idle(200)
export const idle2000: Item = { ...idle(2000), slow: true }
