import { render } from "preact";
import "./console.css";

function Console() {
	return (
		<main>
			<h1>Operator</h1>
			<p>Funshop</p>
		</main>
	);
}

render(<Console />, document.getElementById("page")!);
