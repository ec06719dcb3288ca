import { html } from "../core/html.js";
import { Heading } from "../parts/heading.js";
import { Empty } from "../parts/states.js";

/** What an address shows that leads nowhere. */
export function Missing() {
  return html`<${Heading} title="There is nothing here" />
    <${Empty} title="This address leads nowhere">Choose a page in the menu, or go to the <a href="#/">overview</a>.</${Empty}>`;
}
