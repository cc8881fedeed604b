import { Page } from "../parts/page";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { texts, time } from "../state/words";
import { MoneyTiles } from "./money-tiles";
import { ProcessTable, PartTables } from "./part-tables";
import { Selling } from "./selling";
import { Troubles } from "./troubles";

const EVERY_MS = 2_000;

/** The shop at one look: what needs the operator first, then sales, money and parts. */
export function Overview() {
	const { look, loading } = texts.value;
	const { data: state, refused } = usePolled((signal) => operator.GET("/operator/api/state", { signal }), [], EVERY_MS);
	return (
		<Page title={look.title} refused={refused}>
			{!state && !refused && <p class="calm">{loading}</p>}
			{state && (
				<>
					<Troubles state={state} />
					<div class="columns even">
						<Selling lastMinute={state.lastMinute} />
						<MoneyTiles state={state} />
					</div>
					<ProcessTable state={state} />
					<PartTables state={state} />
					<p class="calm">{look.asOf(time(state.at), state.answeredBy)}</p>
				</>
			)}
		</Page>
	);
}
