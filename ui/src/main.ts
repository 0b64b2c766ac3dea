import "@fontsource-variable/inter";
import "./look/tokens.css";
import "./look/contrast.css";
import "./look/base.css";
import "./score/tinos.css";
import { mount } from "svelte";
import App from "./app/App.svelte";

const target = document.getElementById("app");
if (target) mount(App, { target });
