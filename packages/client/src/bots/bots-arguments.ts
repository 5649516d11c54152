/** What the methods of `session.bots` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aCount,
  aFlag,
  aLong,
  aName,
  aNumber,
  aText,
  eitherOf,
  listOf,
  maybe,
  oneOf,
  shape,
} from '../arguments/expected.ts'
import { aPeer, markedText, options } from '../arguments/words.ts'
import type { Bots } from './bots.ts'

const scope = eitherOf(
  "'default', 'users', 'groups', 'groupAdmins', or { chat }",
  oneOf('default', 'users', 'groups', 'groupAdmins'),
  shape('', {}),
)
const listOptions = options({ scope: maybe(scope), language: maybe(aText) })

export const botsArguments: Signatures<Bots> = {
  promises: {
    start: { bot: aPeer, options: options({ parameter: maybe(aText) }) },
    query: {
      bot: aPeer,
      query: aText,
      options: options({
        offset: maybe(aText),
        location: maybe(shape('{ latitude, longitude }', { latitude: aNumber, longitude: aNumber })),
      }),
    },
    sendResult: {
      to: aPeer,
      results: shape('what query() gave', { queryId: aLong }),
      resultId: aName,
      options: options({ hideVia: maybe(aFlag) }),
    },
    answerCallback: {
      queryId: aLong,
      answer: maybe(
        shape('an object as in { text }', {
          text: maybe(aText),
          alert: maybe(aFlag),
          url: maybe(aText),
          cacheTime: maybe(aCount),
        }),
      ),
    },
    answerInline: {
      queryId: aLong,
      results: listOf(
        'results, as in { id, title, text }',
        shape('an object as in { id, title, text }', { id: aName, text: maybe(markedText) }),
      ),
      options: options({
        cacheTime: maybe(aCount),
        startButton: maybe(shape('{ text, parameter }', { text: aName, parameter: aText })),
      }),
    },
    setCommands: {
      list: listOf(
        'commands, as in { command, description }',
        shape('an object as in { command, description }', { command: aName, description: aName }),
      ),
      options: listOptions,
    },
    getCommands: { options: listOptions },
    deleteCommands: { options: listOptions },
  },
  values: {},
}
