// Passkeys: hands the browser what the server asks for, and the server what the browser answers.
// A form with data-passkey is shown where the browser has passkeys: "create" makes one, "get" shows one that an
// account has, "login" shows any. Without this script the forms stay hidden, and what has data-unable says why.
"use strict";
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  function decoded(asked) {
    const options = { ...asked, challenge: bytes(asked.challenge) };
    if (asked.user) options.user = { ...asked.user, id: bytes(asked.user.id) };
    if (asked.allowCredentials) options.allowCredentials = described(asked.allowCredentials);
    if (asked.excludeCredentials) options.excludeCredentials = described(asked.excludeCredentials);
    return options;
  }

  function encoded(credential) {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    if (given.getTransports) response.transports = given.getTransports();
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }

  async function asked(form) {
    if (form.dataset.passkey === "login") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).request_options.publicKey;
    }
    const data = JSON.parse(document.getElementById("passkey-options").textContent);
    return (data.creation_options || data.request_options).publicKey;
  }

  async function credential(form) {
    const publicKey = decoded(await asked(form));
    if (form.dataset.passkey !== "create") return navigator.credentials.get({ publicKey });
    const alone = form.elements.passwordless.checked;
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      userVerification: alone ? "required" : "preferred",
    };
    return navigator.credentials.create({ publicKey });
  }

  const reasons = {
    InvalidStateError: "This device has a passkey of yours already.",
    NotAllowedError: "No passkey was shown, or it took too long. Try again.",
    SecurityError: "Passkeys need https, or the host name localhost. An address such as 127.0.0.1 will not do.",
  };

  async function send(event) {
    const form = event.target;
    if (form.elements.credential.value) return;
    event.preventDefault();
    const said = form.querySelector("[data-said]");
    said.textContent = "";
    try {
      form.elements.credential.value = JSON.stringify(encoded(await credential(form)));
      form.requestSubmit();
    } catch (error) {
      form.elements.credential.value = "";
      said.textContent = reasons[error.name] || "That did not work. Load the page again and try once more.";
    }
  }

  const isAble = window.isSecureContext && "PublicKeyCredential" in window;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !isAble;
    form.addEventListener("submit", send);
  }
  for (const sentence of document.querySelectorAll("[data-unable]")) sentence.hidden = isAble;
})();
