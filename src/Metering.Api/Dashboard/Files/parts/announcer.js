import { html, useEffect, useState } from "../core/html.js";

const LONG = 8_000;
let tell = () => {};

/** Says that something was done: read out at once, and shown for a while. */
export const announce = text => tell(text);

/** Where it is said. There is one, because a live region must be there before what it reads out. */
export function Announcer() {
  const [text, setText] = useState("");
  tell = setText;
  useEffect(() => {
    const timer = text && setTimeout(() => setText(""), LONG);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<div class=${text ? "toast" : "toast toast-away"} role="status" aria-live="polite">${text}</div>`;
}
