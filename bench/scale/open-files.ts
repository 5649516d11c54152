/** Each session is an open file in either process: the system's limit is looked at before anything is begun. */

/** Listening sockets, pipes, modules and the like. */
const OTHERS = 200

/** @throws Error that says what to do, if this process may not open that many. */
export function checkFiles(sessions: number): void {
  const limit = openFilesLimit()
  if (limit >= sessions + OTHERS) return
  throw new Error(
    `${sessions} sessions need ${sessions + OTHERS} open files in each process, and ${limit} are allowed: raise the limit (ulimit -n ${sessions + OTHERS}), or try --sessions ${limit - OTHERS}`,
  )
}

function openFilesLimit(): number {
  const report: unknown = process.report?.getReport()
  if (typeof report !== 'object' || report === null || !('userLimits' in report))
    return Number.POSITIVE_INFINITY
  const { open_files } = report.userLimits as { open_files?: { soft?: number | string } }
  return typeof open_files?.soft === 'number' ? open_files.soft : Number.POSITIVE_INFINITY
}
