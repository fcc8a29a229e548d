/** The fields of a document, in the order in which they are shown. */
export const fields = ['id', 'title', 'bundesland', 'doc_type', 'chunks', 'training_allowed', 'source_url'] as const
export type Field = (typeof fields)[number]

/** Whether a file must have a column for the field. */
export const isRequired = (field: Field): boolean => field !== 'source_url'

/** Accepted headings of each field, normalized, the likeliest first: the API's name, German, English. */
const aliases: Record<Field, readonly string[]> = {
  id: ['id', 'dokumentid', 'documentid', 'docid', 'kennung', 'identifier', 'schluessel', 'key'],
  title: ['title', 'titel', 'bezeichnung', 'name', 'dokument', 'document'],
  bundesland: ['bundesland', 'land', 'federalstate', 'state', 'bl'],
  doc_type: ['doctype', 'documenttype', 'dokumentart', 'dokumenttyp', 'dokumentenart', 'type', 'typ', 'art'],
  chunks: ['chunks', 'abschnitte', 'textabschnitte', 'anzahlabschnitte', 'chunkcount', 'sections', 'teile'],
  training_allowed: [
    'trainingallowed',
    'fuertrainingfreigegeben',
    'fuerdastrainingfreigegeben',
    'trainingerlaubt',
    'releasedfortraining',
    'trainingsfreigabe',
    'freigegeben',
    'freigabe',
    'released',
    'training',
    'allowed',
  ],
  source_url: [
    'sourceurl',
    'quelle',
    'quelleadresse',
    'quellurl',
    'source',
    'sourceaddress',
    'url',
    'link',
    'webadresse',
    'adresse',
    'fundstelle',
  ],
}

/** Normalizes a heading: case, umlauts, spaces, punctuation. */
const fold = (heading: string): string =>
  heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]/g, '')

/** The column of each field, from 0; `null`: not in the file. */
export type Columns = Record<Field, number | null>

/** Finds the fields' columns by the file's headings. */
export function findColumns(header: readonly string[]): Columns {
  const folded = header.map(fold)
  const find = (field: Field) => {
    const name = aliases[field].find((alias) => folded.includes(alias))
    return name === undefined ? null : folded.indexOf(name)
  }
  return Object.fromEntries(fields.map((field) => [field, find(field)])) as Columns
}

/** How many of the fields have a column. */
export const countFound = (columns: Columns): number => fields.filter((field) => columns[field] !== null).length

/** The required fields that have no column. */
export const missingFields = (columns: Columns): Field[] =>
  fields.filter((field) => isRequired(field) && columns[field] === null)
