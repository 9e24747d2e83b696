// Follows a computation until it ends, then loads the page anew: the server knows where to go on.
import { follow } from "./computation.js";

const box = document.querySelector("[data-progress]");
if (box) follow(box, { ended: () => location.reload() });
