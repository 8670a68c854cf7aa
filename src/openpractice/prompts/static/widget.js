// What anywidget calls: one prompt, or the end of a lesson, over the kernel's door.

import { mountCard } from "./card.js";
import { kernelDoor } from "./door-kernel.js";
import { mountHandinCard } from "./handin.js";

export default {
  render({ model, el }) {
    const { user = "", language = "", part = "prompt" } = model.get("host");
    const door = kernelDoor(model, { user });
    const mountPart = part === "handin" ? mountHandinCard : mountCard;
    const close = mountPart(el, model.get("spec"), door, { language, heading: part === "handin" });
    return () => {
      close();
      // The last words leave with the card; the door stays open for their answer a moment longer.
      setTimeout(() => door.close(), 1000);
    };
  },
};
