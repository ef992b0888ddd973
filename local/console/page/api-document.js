// The API's document by Swagger UI. Calls go to this console, which passes them on with the demo client's key.
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();
const { filledKey } = await (await fetch('/api/about')).json();
const ui = window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  displayRequestDuration: true,
  // The validator is somebody else's server.
  validatorUrl: null,
  onComplete: () => ui.preauthorizeApiKey('apiKey', filledKey),
});
