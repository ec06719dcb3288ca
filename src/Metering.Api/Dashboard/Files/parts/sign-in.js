import { html, useEffect, useId, useRef, useState } from "../core/html.js";
import { tryToken } from "../core/api.js";
import { session } from "../core/session.js";
import { fault } from "../core/words.js";

/** The page of those who are not signed in. */
export function SignIn() {
  useEffect(() => {
    document.title = "Sign in · MeterFunctions";
  }, []);
  return html`<main class="sign-in">
    <div class="card sign-in-card">
      <p class="brand"><img src="dashboard/icon.svg" alt="" width="28" height="28" />MeterFunctions</p>
      <h1>Sign in</h1>
      <${TokenForm} />
      <details>
        <summary>Where do I get a token?</summary>
        <p>The server prints one when it starts for the first time. With it you can create others: <code>POST /api/v1/tokens</code> with the
          scope <code>read</code> to look, and <code>manage</code> to make changes too.</p>
        <p>The token is kept in this tab only, and is gone when you close it.</p>
      </details>
    </div>
  </main>`;
}

/** Over a page whose token the server does not take any more: what was typed behind it stays. */
export function SignInAgain() {
  const dialog = useRef();
  const title = useId();
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby=${title} onCancel=${event => event.preventDefault()}>
    <h2 id=${title}>Sign in again</h2>
    <p>Your token was revoked, or you chose to use another one. Nothing that you typed is lost.</p>
    <${TokenForm} leave=${session.signOut} />
  </dialog>`;
}

function TokenForm({ leave }) {
  const [token, setToken] = useState("");
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = useRef();
  const [name, told] = [useId(), useId()];
  useEffect(() => field.current.focus(), []);

  const submit = async event => {
    event.preventDefault();
    const wrong = lookAt(token.trim());
    if (wrong) {
      setError(wrong);
      field.current.focus();
      return;
    }

    setBusy(true);
    setError(null);
    try {
      await tryToken(token.trim());
      session.signIn(token.trim());
    } catch (thrown) {
      setBusy(false);
      setError(refused(thrown));
      field.current.focus();
    }
  };

  return html`<form onSubmit=${submit} class="form">
    <label for=${name}>Token</label>
    <input id=${name} ref=${field} type="password" autocomplete="off" spellcheck="false" value=${token} aria-invalid=${error !== null}
      aria-describedby=${told} onInput=${event => setToken(event.target.value)} />
    <p id=${told} class="wrong" role="alert">${error}</p>
    <div class="dialog-actions">
      ${leave && html`<button type="button" class="button" onClick=${leave}>Sign out</button>`}
      <button type="submit" class="button button-main" disabled=${busy}>${busy ? "Signing in…" : "Sign in"}</button>
    </div>
  </form>`;
}

// What is plainly no token is not sent: the server counts failed logins.
function lookAt(token) {
  return token === "" ? "Paste a token here."
    : token.startsWith("lk_") ? "That is a license's key. The dashboard takes an operator's token."
    : /[^\x21-\x7e]/.test(token) ? "A token has no spaces and only ASCII characters. Did you copy more than the token?"
    : null;
}

function refused(error) {
  if (error.kind === "signed-out") {
    return "The server does not know this token. Did you copy all of it? It may have been revoked, or belong to another server.";
  }

  const { title, text } = fault(error);
  return `${title}. ${text}`;
}
