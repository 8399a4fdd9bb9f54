/** Where in the console somebody is: `#/queue?state=waiting` is the path `/queue` with its parameters. */
export interface Address {
  readonly path: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Reads the part of an address after `#`. Anything unreadable is the start. */
export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2)
  const parameters = Object.fromEntries(new URLSearchParams(search))
  return { path: /^\/[a-z]/.test(path) ? path.replace(/\/+$/, '') : '/queue', parameters }
}

/** The hash for a path; parameters that are empty or undefined are left out, the others keep their order. */
export function formatAddress(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const search = new URLSearchParams(pairs).toString()
  return `#${path}${search === '' ? '' : `?${search}`}`
}
