// The token comes behind the # of the link, which browsers send to nobody. It is taken out of the address at once, so that it is not copied
// or photographed with it, and kept for the tab, so that a reload shows the same.
const NAME = "metering.view-token";

/** The token of the link, or the one of the same tab before it was reloaded; null where there is none. */
export function tokenOfAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    history.replaceState(null, "", location.pathname);
    keep(given);
  }

  return given ?? kept();
}

/** Says when another token comes: a page that embeds this one renews it by setting the # of the frame's address. */
export function onToken(listener) {
  const look = () => location.hash.length > 1 && listener(tokenOfAddress());
  addEventListener("hashchange", look);
  return () => removeEventListener("hashchange", look);
}

/** What a token says of itself; null where it is no token. The server alone decides whether it is true. */
export function claimsOf(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part), letter => letter.charCodeAt(0))));
    return typeof claims.sub === "string" && Number.isFinite(claims.exp) ? claims : null;
  } catch {
    return null;
  }
}

// In a frame of another site the browser may not let the page keep anything; then a reload needs the link again.
function keep(token) {
  try {
    sessionStorage.setItem(NAME, token);
  } catch (blocked) {
    console.info("The link is not kept for a reload:", blocked.message);
  }
}

function kept() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}
