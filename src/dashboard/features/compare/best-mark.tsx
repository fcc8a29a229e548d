/** Marks the best of a row's values. */
export function BestMark() {
  return (
    <svg class="best-mark" viewBox="0 0 10 10" aria-hidden="true">
      <path d="M5 0 10 5 5 10 0 5Z" />
    </svg>
  )
}
