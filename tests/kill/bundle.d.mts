/** Resolves to the file of a program by its name. */
export function bundle(names: string[]): Promise<(name: string) => string>
