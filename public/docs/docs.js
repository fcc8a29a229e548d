window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Else the page asks validator.swagger.io what it thinks of the document.
  validatorUrl: null,
})

// Says so where no sign-in is required.
fetch('/session')
  .then((answer) => answer.json())
  .then(({ kind }) => {
    if (kind !== 'local') return
    const banner = document.createElement('p')
    banner.className = 'open'
    banner.textContent = 'No sign-in required on this machine: ALLOW_ANYONE_ON_LOCALHOST is set.'
    document.body.prepend(banner)
  })
