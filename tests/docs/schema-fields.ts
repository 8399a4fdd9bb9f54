/** The part of a JSON schema that the tables of the documentation speak of. */
export interface SchemaNode {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly SchemaNode[]
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
}

/** Fields of an object schema as the documentation writes them: name (with `?` where it is optional) and type. */
export function fieldsOf(schema: SchemaNode, named: Readonly<Record<string, object>>): Record<string, string> {
  const required = new Set(schema.required)
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      required.has(name) ? name : `${name}?`,
      typeOf(field, named),
    ]),
  )
}

/** A schema's type in one word or line; an object that has a name of its own by that. */
export function typeOf(schema: SchemaNode, named: Readonly<Record<string, object>>): string {
  const text = JSON.stringify(schema)
  for (const [name, known] of Object.entries(named)) if (JSON.stringify(known) === text) return name
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (schema.anyOf) return schema.anyOf.map((member) => typeOf(member, named)).join(' or ')
  if (schema.type === 'array' && schema.items) return `${typeOf(schema.items, named)}[]`
  return schema.type ?? 'any'
}
