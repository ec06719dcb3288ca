/** A feature's name for people; its code where it has none. */
export const nameOf = (features, code) => features.get(code)?.name || code;
