import { html, useEffect, useId, useRef } from "../core/html.js";

/** A dialog over the page. It closes by Escape and by `close`; the focus goes back to where it came from. */
export function Dialog({ title, close, children }) {
  const dialog = useRef();
  const id = useId();
  useEffect(() => {
    const from = document.activeElement;
    dialog.current.showModal();
    return () => from?.focus?.();
  }, []);
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby=${id} onCancel=${event => {
    event.preventDefault();
    close();
  }}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}
