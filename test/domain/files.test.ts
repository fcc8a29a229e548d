import { expect, test, vi } from 'vitest'
import { encodePath, type FileEntry, type Folder, treeOf } from '../../src/dashboard/domain/files/file-tree.ts'
import { framedHtml, framedSvg } from '../../src/dashboard/domain/files/framed.ts'
import { kindOf, shownBytesMax } from '../../src/dashboard/domain/files/preview-kind.ts'

// Node has neither a document, on which a browser keeps the language, nor an address, nor a network that goes and comes.
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('addEventListener', () => {})
vi.stubGlobal('location', new URL('https://s.example/'))
const { readFiles } = await import('../../src/dashboard/domain/files/use-files.ts')

const file = (path: string, size = 1, content_type = 'application/octet-stream'): FileEntry => ({
  ...{ path, size, content_type },
  sha256: '0'.repeat(64),
  sha256_proven: true,
})

/** A tree as nested lists: `name/ count size`, then what is in it. */
type Shown = (string | Shown)[]
const shown = ({ name, count, size, folders, files }: Folder): Shown => [
  `${name}/ ${count} ${size}`,
  ...folders.map(shown),
  ...files.map(({ path }) => path),
]

test('paths become folders with what is below them counted, in the order of their numbers', () => {
  const files = ['b.txt', 'checkpoints/step-10/w', 'checkpoints/step-2/w', 'checkpoints/step-2/opt/a', 'a.txt'].map(
    (path) => file(path, 10),
  )
  expect(shown(treeOf(files))).toEqual([
    '/ 5 50',
    [
      'checkpoints/ 3 30',
      ['step-2/ 2 20', ['opt/ 1 10', 'checkpoints/step-2/opt/a'], 'checkpoints/step-2/w'],
      ['step-10/ 1 10', 'checkpoints/step-10/w'],
    ],
    'a.txt',
    'b.txt',
  ])
})

test('a folder may have the name of a member of objects, and ten thousand files are a tree at once', () => {
  expect(shown(treeOf([file('__proto__/constructor')]))).toEqual(['/ 1 1', ['__proto__/ 1 1', '__proto__/constructor']])
  const many = Array.from({ length: 10_000 }, (_, i) => file(`a/${i % 100}/${i}`))
  const { count, folders } = treeOf(many)
  expect([count, folders[0]?.folders.length]).toEqual([10_000, 100])
})

test('a path in an address keeps its slashes, and nothing else that has a meaning there', () => {
  expect(encodePath('a b/ü?#%/c')).toBe('a%20b/%C3%BC%3F%23%25/c')
})

test('a file is shown as the end of its name says, or else as its type', () => {
  const as = (path: string, type?: string) => kindOf(file(path, 1, type))?.as ?? null
  expect([as('a.PNG'), as('a.csv'), as('a.json'), as('a.html'), as('a.svg'), as('weights.bin')]).toEqual([
    ...['image', 'text', 'text', 'html', 'svg', null],
  ])
  expect([
    as('a', 'text/plain; charset=utf-8'),
    as('a', 'image/svg+xml'),
    as('a', 'image/png'),
    as('a', 'text/html'),
  ]).toEqual([...['text', 'svg', 'image', 'html']])
  expect([as('constructor'), as('a.__proto__'), as('a.toString', 'valueOf')]).toEqual([null, null, null])
})

test('no image is of a type that can be a document: its blob has the address of the page', () => {
  const types = ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'bmp'].map((ending) =>
    kindOf(file(`a.${ending}`, 1, 'image/svg+xml')),
  )
  for (const kind of types) expect(kind).toMatchObject({ as: 'image', type: expect.stringMatching(/^image\/[a-z]+$/) })
  expect(shownBytesMax({ as: 'image', type: 'image/png' })).toBeLessThan(100_000_000)
})

test('whatever a file contains, its frame begins with the policy, and an SVG cannot leave the image that it is', () => {
  for (const framed of [framedHtml('<p>'), framedSvg('<svg/>')]) {
    expect(framed).toMatch(
      /^<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:">/,
    )
  }
  expect(framedSvg('"><script>alert(1)</script>')).not.toMatch(/<script|"><s/)
})

test('files are read page by page, as many as somebody wants to see', async () => {
  const asked: string[] = []
  const page = async ({ after }: { after: string }) => {
    asked.push(after)
    const next = asked.length < 3 ? { Link: `<https://s.example/x?after=${asked.length}>; rel="next"` } : {}
    return { ok: true as const, data: [file(String(asked.length))], headers: new Headers(next) }
  }
  expect(await readFiles(page, 2)).toMatchObject({ data: { files: [{ path: '1' }, { path: '2' }], isWhole: false } })
  expect(asked).toEqual(['', '1'])
  expect(await readFiles(page, 9)).toMatchObject({ data: { files: [{ path: '3' }], isWhole: true } })
})
