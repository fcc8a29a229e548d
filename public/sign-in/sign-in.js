const form = document.querySelector('form')
const refusal = document.querySelector('[role=alert]')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const token = document.querySelector('#token').value.trim()
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    // The page that was asked for, or else the first one.
    if (location.pathname.startsWith('/sign-in')) location.assign('/')
    else location.reload()
  } catch (error) {
    refusal.textContent = error.message
  }
})
