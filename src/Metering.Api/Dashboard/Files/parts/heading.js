import { html, useEffect, useRef } from "../core/html.js";

/** The head of a view: where it is, its title, and what can be done. It takes the focus when the view comes, so that it is read out. */
export function Heading({ title, path = [], about, children }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${title} · MeterFunctions`;
    heading.current.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [title]);
  return html`<header class="heading">
    ${path.length > 0 && html`<nav class="path" aria-label="Breadcrumb">
      ${path.map(([name, address], i) => html`${i > 0 && html`<span aria-hidden="true"> / </span>`}<a href=${address}>${name}</a>`)}
    </nav>`}
    <div class="heading-row">
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      ${children && html`<div class="actions">${children}</div>`}
    </div>
    ${about && html`<div class="about">${about}</div>`}
  </header>`;
}
