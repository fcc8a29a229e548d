/** The program under test is that of these sources. */
export async function setup(): Promise<void> {
  await import('../../scripts/build-runner.ts')
}
