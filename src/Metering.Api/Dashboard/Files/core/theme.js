// Light, dark, or as the system has it. It is no secret and no data, so it may outlive the tab.
const NAME = "metering.theme";

export const THEMES = ["system", "light", "dark"];

/** What was chosen. */
export const theme = () => localStorage.getItem(NAME) ?? "system";

/** Chooses, and shows it. */
export function choose(name) {
  localStorage.setItem(NAME, name);
  apply();
}

/** Shows what was chosen. Charts are drawn anew when the colors change: they are told. */
export function apply() {
  document.documentElement.dataset.theme = theme();
  dispatchEvent(new Event("themechange"));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("themechange")));
