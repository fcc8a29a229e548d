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

/** The same by their English names, where they have one. */
export const bundeslandNamesInEnglish: Readonly<Record<BundeslandCode, string>> = {
  ...bundeslandNames,
  BY: 'Bavaria',
  HE: 'Hesse',
  MV: 'Mecklenburg-Western Pomerania',
  NI: 'Lower Saxony',
  NW: 'North Rhine-Westphalia',
  RP: 'Rhineland-Palatinate',
  SN: 'Saxony',
  ST: 'Saxony-Anhalt',
  TH: 'Thuringia',
}

export const bundeslandCodes = Object.keys(bundeslandNames) as [BundeslandCode, ...BundeslandCode[]]

/** A name without the differences in how people write it: case, ü, hyphens, spaces. */
const fold = (name: string) =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/ü|ue/g, 'u')
    .replace(/[\s-]+/g, '')

const codeOfName = new Map(
  [bundeslandNames, bundeslandNamesInEnglish].flatMap((names) =>
    bundeslandCodes.map((code) => [fold(names[code]), code] as const),
  ),
)

/** The code of a Bundesland, given as its code in upper or lower case, as `DE-BY`, or as its German or English name. */
export function codeOf(text: string): BundeslandCode | undefined {
  const code = text.trim().toUpperCase().replace(/^DE-/, '')
  return bundeslandCodes.find((one) => one === code) ?? codeOfName.get(fold(text))
}
