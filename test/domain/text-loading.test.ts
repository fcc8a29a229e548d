import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = 'src/dashboard'

type Module = {
  /** What is loaded with it. */
  imports: string[]
  /** What it loads on demand. */
  later: string[]
  /** Sections of the texts that it names. */
  named: Set<string>
  /** Sections that it adds. */
  added: Set<string>
}

const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /(?<!\.d)\.tsx?$/.test(path))
const main = join(root, 'main.tsx')
const withMain = sectionsIn(readFileSync(join(root, 'i18n/en.ts'), 'utf8').split('export const en = ')[1] ?? '')
const onDemand = new Set(
  readdirSync(join(root, 'i18n/en'))
    .map((file) => file.replace('.ts', '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))
    .filter((section) => !withMain.has(section)),
)
const modules = new Map(paths.map((path) => [join(root, path), moduleAt(join(root, path))]))

function moduleAt(path: string): Module {
  const source = readFileSync(path, 'utf8')
  const found = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, part = '']) => part)
  const at = (relative: string) => join(dirname(path), relative)
  return {
    imports: found(/^(?:import|export) (?!type)(?:[^;']*? from )?'(\.[^']+)'/gm).map(at),
    later: found(/\bimport\('(\.[^']+)'\)/g).map(at),
    named: new Set(found(/['`](\w+)\.[\w${}.]+['`]/g).filter((section) => onDemand.has(section))),
    added: sectionsIn(found(/^addTexts\((\{.*?\})\)$/gms)[0] ?? ''),
  }
}

/** The names of a literal's members that are sections, in the long or the short form. */
function sectionsIn(literal: string): Set<string> {
  return new Set([...literal.matchAll(/\b(\w+)(?=: \w|,|\s*\})/g)].map(([, name = '']) => name))
}

/** The modules that are there once a script is. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !modules.has(path)) return seen
  seen.add(path)
  for (const other of modules.get(path)?.imports ?? []) loadedWith(other, seen)
  return seen
}

const all = (script: string, part: 'later' | 'added' | 'named') =>
  [...loadedWith(script)].flatMap((path) => [...(modules.get(path)?.[part] ?? [])])
const scripts = [...new Set([main, ...[...modules.values()].flatMap(({ later }) => later)])]

/** The sections that are there whatever has led to a script. */
function inheritedBy(script: string, by: readonly string[] = []): Set<string> {
  const parents = scripts.filter((other) => !by.includes(other) && all(other, 'later').includes(script))
  const [first = new Set<string>(), ...others] = parents.map(
    (parent) => new Set([...all(parent, 'added'), ...inheritedBy(parent, [...by, script])]),
  )
  return new Set([...first].filter((section) => others.every((other) => other.has(section))))
}

test('the texts that a script names come with it, with what has led to it, or with what it loads itself', () => {
  expect(scripts.length).toBeGreaterThan(20)
  for (const script of scripts) {
    const there = new Set([
      ...inheritedBy(script),
      ...[script, ...all(script, 'later')].flatMap((one) => all(one, 'added')),
    ])
    const missing = all(script, 'named').filter((section) => !there.has(section))
    expect(missing, `sections that ${script} names and nothing loads`).toEqual([])
  }
})
