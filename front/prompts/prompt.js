// The door into this folder: what a host needs to show prompts.

export { mountCard as mount } from "./card.js";
export { mountHandinCard as mountHandin } from "./handin.js";
export { getReady } from "./kinds.js";
export { flushPage } from "./page.js";
export { DoorError } from "./door-error.js";
