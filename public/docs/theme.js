// Swagger UI is dark below html.dark-mode. Applied before the first paint: the theme chosen in the dashboard, else the
// system's.
{
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    let chosen = null
    try {
      chosen = localStorage.getItem('theme')
    } catch {
      // A browser that keeps nothing has no choice to apply.
    }
    const isDark = chosen === 'dark' || (chosen !== 'light' && dark.matches)
    document.documentElement.classList.toggle('dark-mode', isDark)
  }
  apply()
  dark.addEventListener('change', apply)
  addEventListener('storage', apply)
}
