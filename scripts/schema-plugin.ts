import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Plugin } from 'vite'
import { DocumentInput } from '../src/dataset/schema.ts'
import { TrainingConfigInput } from '../src/jobs/http/schema.ts'

const modules: Record<string, { name: string; schema: z.ZodType }> = {
  'virtual:job-schema': { name: 'jobSchema', schema: TrainingConfigInput },
  'virtual:document-schema': { name: 'documentSchema', schema: DocumentInput },
}

/**
 * `import { jobSchema } from 'virtual:job-schema'`: the API's input as JSON Schema, generated at build time from the
 * validating schema. Forms get the API's bounds and defaults without shipping a validator.
 */
export function apiSchemas(): Plugin {
  return {
    name: 'api-schemas',
    resolveId: (id) => (id in modules ? `\0${id}` : undefined),
    load: (id) => {
      const module = modules[id.slice(1)]
      return module && `export const ${module.name} = ${JSON.stringify(describe(module.schema))}`
    },
  }
}

/** Bounds from the validator, merged with the OpenAPI document, which adds texts and bounds that are checked by code. */
function describe(schema: z.ZodType) {
  const hono = new OpenAPIHono()
  hono.openAPIRegistry.register('Described', schema)
  const document = hono.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })
  const found = document.components?.schemas?.Described ?? {}
  const described = 'properties' in found ? found.properties : {}
  const { properties = {}, required } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const merged = Object.entries(properties).map(([name, bounds]) => [name, { ...described?.[name], ...Object(bounds) }])
  return { properties: Object.fromEntries(merged), required }
}
