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

// Whoever looks at an instance that lets everybody in is to know it.
fetch('/session')
  .then((answer) => answer.json())
  .then(({ kind }) => {
    if (kind !== 'local') return
    const banner = document.createElement('p')
    banner.className = 'open'
    banner.textContent = 'Open to everybody on this machine: ALLOW_ANYONE_ON_LOCALHOST is set.'
    document.body.prepend(banner)
  })
