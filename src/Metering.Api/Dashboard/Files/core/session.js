// The token lives as long as the tab: sessionStorage is not shared, and gone when the tab is closed.
const NAME = "metering.token";

const listeners = new Set();
let state = { token: sessionStorage.getItem(NAME), ended: false };

/** Who is signed in: `{token, ended}`. `ended`: the server does not take the token any more. */
export const session = {
  get: () => state,

  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  signIn(token) {
    sessionStorage.setItem(NAME, token);
    change({ token, ended: false });
  },

  signOut() {
    sessionStorage.removeItem(NAME);
    change({ token: null, ended: false });
  },

  // What is on the screen stays, with what was typed into it: signing in again goes on where it was.
  end(token) {
    if (state.token === token && !state.ended) {
      change({ token, ended: true });
    }
  },
};

function change(next) {
  state = next;
  listeners.forEach(listener => listener(state));
}
