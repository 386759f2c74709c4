/** Starts the client on the chat page. */

import { App } from "./app/app.js";

const boot = JSON.parse(document.getElementById("boot").textContent);

new App({ root: document.querySelector(".app"), boot }).start();
