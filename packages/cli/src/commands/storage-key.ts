import { openStorage } from 'telegram-mt'
import { usageError } from '../errors.ts'
import { type Command, type CommandContext, textOption } from '../run/command.ts'
import { readTextFile } from '../run/settings.ts'

export const storageKey: Command = {
  name: 'storage-key',
  summary: 'seal the storage under a key, change the key, or take it away',
  details:
    'The key that it has now is taken from TELEGRAM_MT_STORAGE_KEY. The new one is asked for, twice, or read from the input or ' +
    'from a file; give it in TELEGRAM_MT_STORAGE_KEY from then on.',
  options: [
    { flags: '--new-key-file <file>', describe: 'the new key is what this file says' },
    { flags: '--remove', describe: 'keep the storage unsealed from now on' },
  ],
  examples: [
    ['storage-key', 'seal the storage under a new passphrase'],
    ['storage-key --remove', 'keep it unsealed again'],
  ],
  only: 'shell',
  async run(context, given) {
    const { storage: address, storageKey: present, box } = context.settings
    if (box || address === 'memory')
      throw usageError('storage-key is for a storage that lasts: this one does not')
    const remove = given.options.remove === true
    const file = textOption(given, 'newKeyFile')
    if (remove && file !== undefined) throw usageError('--remove and --new-key-file exclude each other')
    const storage = openStorage(address, { storageKey: present })
    // What is wrong with the present key, or with the storage, is said before a new key is asked for.
    await storage.open()
    try {
      await storage.changeKey(remove ? null : await newKey(context, file))
    } finally {
      await storage.close()
    }
    const line = remove
      ? 'The storage is not sealed any more: leave TELEGRAM_MT_STORAGE_KEY out.'
      : 'The storage is sealed under the new key: give it in TELEGRAM_MT_STORAGE_KEY.'
    return { json: { sealed: !remove }, lines: [line] }
  },
}

async function newKey(context: CommandContext, file: string | undefined): Promise<string> {
  const key =
    file === undefined
      ? await context.ask('New storage key: ', { secret: true })
      : readTextFile(file, '--new-key-file').replace(/\r?\n$/, '')
  if (key === '')
    throw usageError('a storage key is a passphrase, and not empty; --remove takes the sealing away')
  if (file === undefined && context.streams.interactive) {
    const again = await context.ask('The same again: ', { secret: true })
    if (again !== key) throw usageError('the two are not the same: the key stays as it was')
  }
  return key
}
