import { z } from '@hono/zod-openapi'
import { SHOWN_VALUE_LENGTH_MAX } from './limits.ts'

/** The 16 Bundesländer: ISO 3166-2:DE code (without `DE-`) and German name. */
export const bundeslandNames = {
  BW: 'Baden-Württemberg',
  BY: 'Bayern',
  BE: 'Berlin',
  BB: 'Brandenburg',
  HB: 'Bremen',
  HH: 'Hamburg',
  HE: 'Hessen',
  MV: 'Mecklenburg-Vorpommern',
  NI: 'Niedersachsen',
  NW: 'Nordrhein-Westfalen',
  RP: 'Rheinland-Pfalz',
  SL: 'Saarland',
  SN: 'Sachsen',
  ST: 'Sachsen-Anhalt',
  SH: 'Schleswig-Holstein',
  TH: 'Thüringen',
} as const

export type BundeslandCode = keyof typeof bundeslandNames

export const bundeslandCodes = Object.keys(bundeslandNames) as [BundeslandCode, ...BundeslandCode[]]

/** A name without what people write differently: case, ü, hyphens, spaces. */
const fold = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/ü|ue/g, 'u')
    .replace(/[\s-]+/g, '')

const codeOfName = new Map(bundeslandCodes.map((code) => [fold(bundeslandNames[code]), code]))

function codeOf(text: string): BundeslandCode | undefined {
  const code = text.trim().toUpperCase().replace(/^DE-/, '')
  return bundeslandCodes.find((known) => known === code) ?? codeOfName.get(fold(text))
}

/** The value in quotes, cut where it is long; whatever it holds, it can stand in an answer. */
function quote(text: string): string {
  const shown = [...text].slice(0, SHOWN_VALUE_LENGTH_MAX).join('')
  return JSON.stringify(shown === text ? text : `${shown}…`)
}

/**
 * A Bundesland as people write it: its code in any case, `DE-BY`, or its German name, with or without umlauts.
 * Out comes the upper-case code; anything else is refused by an error that names the value.
 */
export const Bundesland = z
  .string()
  .transform((text, ctx) => {
    const code = codeOf(text)
    if (code) return code
    ctx.addIssue({
      code: 'custom',
      message: `${quote(text)} is not a Bundesland; there are ${bundeslandCodes.join(', ')}`,
    })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    enum: bundeslandCodes,
    example: 'BY',
    description: 'ISO 3166-2:DE code. Also taken in lower case, as `DE-BY`, and as the German name',
  })
