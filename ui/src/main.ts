import "@fontsource-variable/inter";
import "./look/tokens.css";
import "./look/contrast.css";
import "./look/base.css";
import "./score/tinos.css";
import { mount } from "svelte";
import App from "./app/App.svelte";

/** The canvases read their colours from the style sheets, which may come after this script: on a busy machine they do. */
function start() {
  const target = document.getElementById("app");
  if (target) mount(App, { target });
}

if (document.readyState === "complete") start();
else window.addEventListener("load", start, { once: true });
