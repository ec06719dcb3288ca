// A page stays open for days, and the server is updated under it.
import { useEffect, useState } from "./html.js";

const EVERY = 300_000;
const mine = document.documentElement.dataset.version;

/** Whether the server serves another version of this page by now. It can't say when it is away. */
export async function isOld() {
  try {
    const page = await (await fetch(new URL("dashboard", document.baseURI), { cache: "no-cache", credentials: "omit" })).text();
    const version = new DOMParser().parseFromString(page, "text/html").documentElement.dataset.version;
    return version !== undefined && version !== mine;
  } catch {
    return false;
  }
}

/** Whether the page is old; looked at when the tab is looked at, and every five minutes. */
export function useIsOld() {
  const [old, setOld] = useState(false);
  useEffect(() => {
    const look = async () => document.hidden || setOld(await isOld());
    const timer = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return old;
}
