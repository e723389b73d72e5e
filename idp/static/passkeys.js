// Passkeys (WebAuthn Level 3): asks the browser, and sends its answer as an ordinary form.
// The form says which ceremony it is (create, get, login) and carries the server's options.
const form = document.querySelector("form[data-passkey]");
const ceremony = form.dataset.passkey;
const press = form.querySelector("[data-passkey-press]");
// The server keeps a challenge for five minutes; a person may take one of them.
const STALE = 240_000;
let made = Date.now();
let waiting = null; // the request behind the autofill, if one is open
let busy = false;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function options() {
  const found = JSON.parse(form.dataset.passkeyOptions);
  const withBytes = (one) => ({ ...one, id: toBytes(one.id) });
  found.challenge = toBytes(found.challenge);
  if (found.user) found.user = withBytes(found.user);
  for (const name of ["excludeCredentials", "allowCredentials"])
    if (found[name]) found[name] = found[name].map(withBytes);
  return found;
}

function send(found) {
  const { response } = found;
  const answer = {
    id: found.id,
    rawId: toText(found.rawId),
    type: found.type,
    clientExtensionResults: found.getClientExtensionResults(),
    response: { clientDataJSON: toText(response.clientDataJSON) },
  };
  if (response.attestationObject) {
    answer.response.attestationObject = toText(response.attestationObject);
    answer.response.transports = response.getTransports?.() ?? [];
  } else {
    answer.response.authenticatorData = toText(response.authenticatorData);
    answer.response.signature = toText(response.signature);
    if (response.userHandle?.byteLength) answer.response.userHandle = toText(response.userHandle);
  }
  form.elements.passkey.value = JSON.stringify(answer);
  form.submit();
}

function say(which) {
  const alert = document.getElementById("passkey-alert");
  alert.textContent = which ? alert.dataset[which] : "";
  alert.className = which ? "notice bad" : "";
  document.getElementById("passkey-refused")?.remove();
}

// Options of this moment: those of the page itself, fetched again, where they are old.
async function renew() {
  if (Date.now() - made < STALE) return true;
  const reply = await fetch(location.href);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const newer = page.querySelector("form[data-passkey]");
  if (!newer || reply.redirected) {
    // The login of this page is over: where it leads now knows how to go on.
    location.assign(reply.redirected ? reply.url : location.href);
    return false;
  }
  form.dataset.passkeyOptions = newer.dataset.passkeyOptions;
  form.elements.csrfmiddlewaretoken.value = newer.elements.csrfmiddlewaretoken.value;
  made = Date.now();
  return true;
}

// Passkeys among the names that the browser offers in the field.
async function offer() {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || busy) return;
  waiting?.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  try {
    if (!(await renew()) || signal.aborted) return;
    send(await navigator.credentials.get({ publicKey: options(), mediation: "conditional", signal }));
  } catch {
    // Nobody asked for it: the fields and the button are still there.
  }
}

async function ask() {
  if (busy) return;
  busy = true;
  waiting?.abort();
  say("");
  try {
    if (!(await renew())) return;
    const request = { publicKey: options() };
    send(
      ceremony === "create"
        ? await navigator.credentials.create(request)
        : await navigator.credentials.get(request),
    );
  } catch (error) {
    say(error.name === "InvalidStateError" ? "exists" : "failed");
    busy = false;
    if (ceremony === "login") offer();
  }
}

// An address that is a number can be no relying party.
const supported = window.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);
if (supported) {
  for (const one of document.querySelectorAll("[data-passkey-needs]")) one.hidden = false;
  for (const one of document.querySelectorAll("[data-passkey-lacks]")) one.hidden = true;
  press.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  if (press.hasAttribute("autofocus")) press.focus();
  if (ceremony === "login") {
    offer();
    const again = () => {
      if (document.visibilityState === "visible" && Date.now() - made >= STALE) offer();
    };
    document.addEventListener("visibilitychange", again);
    form.addEventListener("focusin", again);
  }
}
