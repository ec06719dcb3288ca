// What every view is written with. Texts that are put into a template become text nodes: there is no way here to put in HTML.
import { h, render } from "../vendor/preact.js";
import { useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useRef, useState } from "../vendor/hooks.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { render, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useRef, useState };
