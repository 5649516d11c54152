/** The process of the box: does what it is told over the channel to the runner. */
import { answerTo, type Note } from '../runner/child.ts'
import { BoxCommands } from './commands.ts'

const commands = BoxCommands.start()

process.on('message', async (note: Note) => {
  if (!('ask' in note)) return
  const answer = await answerTo(note, async (what, details) => {
    const box = await commands
    const command = what as keyof BoxCommands
    // Both ends are of this program: see Tools.tellBox.
    return await (box[command] as (details: unknown) => unknown).call(box, details)
  })
  process.send?.(answer)
})

// Nobody is left to answer.
process.on('disconnect', () => process.exit())
