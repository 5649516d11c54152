/** The world of a box: an empty one, or as a file describes it. */
import { World, WorldError, worldFromDescription } from '@telegram-mt/box'
import { usageError } from '../errors.ts'

/** @throws CliError naming what in the description is wrong. */
export async function makeWorld(description: unknown): Promise<World> {
  if (description === undefined) return new World()
  try {
    return await worldFromDescription(description)
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    throw usageError(`--world: ${error.at ? `${error.at}: ` : ''}${error.message}`, error)
  }
}
