import { render } from "preact";
import { App } from "./app";
import { startRouter } from "./state/router";
import "./style/console.css";

startRouter();
render(<App />, document.getElementById("page")!);
