/** What the code needs of a logger; pino and Fastify's own fit. Never log a visitor's words or a secret. */
export interface Log {
  debug(data: object, message?: string): void
  info(data: object | string, message?: string): void
  warn(data: object | string, message?: string): void
  error(data: object | string, message?: string): void
}
