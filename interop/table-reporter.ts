/** Prints the table of outcomes, client × scenario, when all is over. */
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { type Outcome, table } from './table.ts'

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const outcomes = modules.flatMap((module) => [...module.children.allTests()].flatMap(outcomeOf))
    if (outcomes.length > 0) process.stdout.write(`\n${table(outcomes)}\n`)
  }
}

function outcomeOf(test: TestCase): Outcome[] {
  const { interop } = test.meta()
  if (interop === undefined) return []
  const { state, errors } = test.result()
  const reason = errors?.[0]?.message.split('\n')[0] ?? state
  return [{ ...interop, passed: state === 'passed', reason }]
}
