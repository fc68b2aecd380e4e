import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/digit.css";
import "./styles/inside.css";
import "./styles/views.css";

import { render } from "preact";

import { App } from "./app";
import { dressPage } from "./screen";
import { start } from "./session";
import { bindToAddress } from "./state";

bindToAddress();
dressPage();
render(<App />, document.getElementById("page")!);
void start();
