/** The world of a box: an empty one, or as a file describes it. */
import { World, WorldError, type WorldOptions, worldFromDescription } from '@telegram-mt/box'
import { usageError } from '../errors.ts'

/** @throws CliError naming what in the description is wrong. */
export async function makeWorld(description: unknown, options: WorldOptions = {}): Promise<World> {
  if (description === undefined) return new World(options)
  try {
    return await worldFromDescription(description, options)
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    throw usageError(`--world: ${error.at ? `${error.at}: ` : ''}${error.message}`, error)
  }
}
