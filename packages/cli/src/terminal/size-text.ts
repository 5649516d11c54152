/** Numbers of bytes and of seconds, for people. */

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** `1.2 MB`, in thousands. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  // 999.95 would be shown as 1000.0.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** `0:07`, `2:05:00`. */
export function durationText(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, '0')
  const whole = Math.ceil(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}
