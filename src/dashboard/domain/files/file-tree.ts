/** A file of a job or of a model version, as the API lists it. */
export type FileEntry = {
  path: string
  size: number
  sha256: string
  sha256_proven: boolean
  content_type: string
}

/** A folder, with what is in it by name. */
export type Folder = {
  /** `''`: that of all. */
  name: string
  path: string
  folders: Folder[]
  files: FileEntry[]
  /** Files in it and below. */
  count: number
  /** Their bytes. */
  size: number
}

const emptyFolder = (name: string, path: string): Folder => ({ name, path, folders: [], files: [], count: 0, size: 0 })

/** Numbers in names are compared as such: step-2 comes before step-10. */
const order = new Intl.Collator('en', { numeric: true })

/** The folders and files that paths name. */
export function treeOf(files: readonly FileEntry[]): Folder {
  const root = emptyFolder('', '')
  const known = new Map([['', root]])
  for (const file of files) {
    let folder = root
    add(folder, file)
    for (const name of file.path.split('/').slice(0, -1)) {
      const path = folder === root ? name : `${folder.path}/${name}`
      const inner = known.get(path) ?? emptyFolder(name, path)
      if (!known.has(path)) folder.folders.push(inner)
      known.set(path, inner)
      folder = inner
      add(folder, file)
    }
    folder.files.push(file)
  }
  for (const { folders, files } of known.values()) {
    folders.sort((a, b) => order.compare(a.name, b.name))
    files.sort((a, b) => order.compare(nameOf(a), nameOf(b)))
  }
  return root
}

function add(folder: Folder, { size }: FileEntry): void {
  folder.count++
  folder.size += size
}

/** The last name of a file's path. */
export const nameOf = ({ path }: Pick<FileEntry, 'path'>): string => path.slice(path.lastIndexOf('/') + 1)

/** A path as a part of an address. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
