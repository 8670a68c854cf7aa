// The door into this folder, and the one file that every lesson loads: what a host needs to show
// prompts, and what a kind of prompt or a host outside of that file is made with.
// Whatever is not part of that file imports from here, so that nothing is loaded, or alive, twice.

export { mountCard, mountCard as mount } from "./card/card.js";
export { getReady, KINDS } from "./kinds/kinds.js";
export { flushPage, sharedPage, watchPage } from "./page.js";
export { DoorError } from "./doors/door-error.js";

export { button, fold, h, hint, keepEvents, svg, uid } from "./dom.js";
export { levelParts } from "./card/around.js";
export { choiceList, labelled, textBox, undoLine } from "./card/fields.js";
export { commentBox, dropEmpty, onlyKnown } from "./kinds/kind-text.js";
export { newKey } from "./doors/sync.js";
export { makeT, pickLanguage, sayTime } from "./i18n.js";
export { allText, canonicalText, countWords, isEmptyValue } from "./text.js";
