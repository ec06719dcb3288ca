/** A feature's name for people; its code where it has none. */
export const nameOf = (features, code) => features.get(code)?.name || code;

/** What its amounts count, where the catalog says so. */
export const unitsOf = (features, code) => features.get(code)?.unit ? `(${features.get(code).unit})` : "";
