/**
 * Headers as a plain record: what a Headers of the platform does, without checking and sorting every value.
 */

/** Headers whose names and values are known to be well-formed. */
export class PlainHeaders implements Iterable<[string, string]> {
  /** By their names in lower case. */
  readonly fields: Record<string, string>

  constructor(values: Record<string, string>) {
    this.fields = values
  }

  get(name: string): string | null {
    return this.fields[name.toLowerCase()] ?? null
  }

  has(name: string): boolean {
    return Object.hasOwn(this.fields, name.toLowerCase())
  }

  set(name: string, value: string): void {
    this.fields[name.toLowerCase()] = value
  }

  append(name: string, value: string): void {
    const before = this.get(name)
    this.set(name, before === null ? value : `${before}, ${value}`)
  }

  delete(name: string): void {
    delete this.fields[name.toLowerCase()]
  }

  getSetCookie(): string[] {
    return []
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this) visit(value, name)
  }

  keys(): IterableIterator<string> {
    return Object.keys(this.fields).values()
  }

  values(): IterableIterator<string> {
    return Object.values(this.fields).values()
  }

  entries(): IterableIterator<[string, string]> {
    return Object.entries(this.fields).values()
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries()
  }
}
