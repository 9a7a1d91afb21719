// Passkeys: hands what the server asks for to the browser, and what the browser answers to the server.
