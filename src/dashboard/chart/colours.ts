/** Colours by design token, as they are in the theme of the moment: reading one forces a layout, and a redraw needs hundreds. */
export class Colours {
  readonly #element: HTMLElement
  readonly #known = new Map<string, string>()

  constructor(element: HTMLElement) {
    this.#element = element
  }

  of(token: string): string {
    const known = this.#known.get(token) ?? this.#read(token)
    this.#known.set(token, known)
    return known
  }

  forget(): void {
    this.#known.clear()
  }

  #read(token: string): string {
    const probe = document.createElement('span')
    probe.style.color = `var(${token})`
    this.#element.appendChild(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
}
