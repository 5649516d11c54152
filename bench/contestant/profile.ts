/** A CPU profile of each step, for those who look for what could be faster: `npm run bench -- --profile FOLDER`. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'

let count = 0

export async function profiled<T>(
  folder: string | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (folder === undefined) return await work()
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  try {
    return await work()
  } finally {
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const file = `${name.replace(/\W+/g, '-')}-${process.pid}-${++count}.cpuprofile`
    writeFileSync(join(folder, file), JSON.stringify(profile))
  }
}
