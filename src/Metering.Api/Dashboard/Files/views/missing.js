import { html } from "../core/html.js";
import { Heading } from "../parts/heading.js";
import { Empty } from "../parts/states.js";

/** What an address shows that leads nowhere. */
export function Missing() {
  return html`<${Heading} title="Page not found" />
    <${Empty} title="This page does not exist">Choose a page from the menu, or go to the <a href="#/">overview</a>.</${Empty}>`;
}
