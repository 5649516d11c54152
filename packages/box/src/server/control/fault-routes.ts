/** Faults: what is to go wrong, and how often it has. */
import { type FaultRule, faultKinds, faultRule, stageOf } from '../faults/fault.ts'
import { notFound } from './control-error.ts'
import { bodyOf, type Route } from './request.ts'

export const faultRoutes: Route[] = [
  {
    method: 'GET',
    path: '/faults',
    summary: 'the rules for faults, and how often each has struck',
    handle: ({ box }) => box.faults.list(),
  },
  {
    method: 'GET',
    path: '/faults/kinds',
    summary: 'the kinds of faults',
    handle: () => faultKinds.map((kind) => ({ kind, strikes: stageOf(kind) })),
  },
  {
    method: 'POST',
    path: '/faults',
    summary: 'adds a rule',
    takes: '`{when?, fault}`',
    handle: (request) => {
      const rule: FaultRule = bodyOf(request, faultRule)
      return { id: request.box.faults.add(rule) }
    },
  },
  {
    method: 'DELETE',
    path: '/faults',
    summary: 'removes all rules',
    handle: ({ box }) => {
      const removed = box.faults.list().length
      box.faults.clear()
      return { removed }
    },
  },
  {
    method: 'DELETE',
    path: '/faults/:name',
    summary: 'removes one, by its id',
    handle: ({ box, name }) => {
      if (!box.faults.remove(Number(name))) throw notFound(`no rule has the id ${name}`)
      return { removed: 1 }
    },
  },
]
