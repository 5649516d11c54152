/** Resolves to the file of a program by its name. */
export function bundle(names: string[], from?: string): Promise<(name: string) => string>
