"use strict";

// Relative to the page, so that it works below a path base too.
SwaggerUIBundle({
  url: "openapi/v1.json",
  dom_id: "#document",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  tryItOutEnabled: false,
  // A token that was typed in is gone with the page.
  persistAuthorization: false,
  // It would send the document's address to another server.
  validatorUrl: null,
});
