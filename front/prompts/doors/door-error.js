// Why a door did not open, in one word that the screen turns into a sentence.

/** @typedef {"offline"|"signed-out"|"gone"|"stale"|"refused"|"no-space"} DoorReason */

export class DoorError extends Error {
  /** @param {DoorReason} reason @param {string} [message] a sentence from the server, for "refused" */
  constructor(reason, message = "") {
    super(message || reason);
    this.name = "DoorError";
    this.reason = reason;
    this.detail = message;
  }
}

/** Whatever was thrown, as an error of the door. @param {any} error */
export function asDoorError(error) {
  return error instanceof DoorError || error?.name === "DoorError" ? error : new DoorError("offline", String(error?.message ?? error));
}
