/** Made by scripts/schema-plugin.ts. */
declare module 'virtual:job-schema' {
  /** A property in JSON Schema: what the API checks, and the default it fills in. */
  export type SchemaProperty = {
    type: 'string' | 'number' | 'integer' | 'boolean' | 'array'
    description?: string
    default?: string | number | boolean
    minimum?: number
    maximum?: number
    minLength?: number
    maxLength?: number
    pattern?: string
    minItems?: number
    maxItems?: number
    enum?: string[]
  }
  /** The body of `POST /jobs`. */
  export const jobSchema: { properties: Record<string, SchemaProperty>; required: string[] }
}

declare module 'virtual:document-schema' {
  import type { SchemaProperty } from 'virtual:job-schema'
  /** A document of `PUT /dataset/documents`. */
  export const documentSchema: { properties: Record<string, SchemaProperty>; required: string[] }
}
