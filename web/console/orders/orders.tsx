import { navigate } from "../../shared/state/router";
import { Field, textOf } from "../parts/field";
import { Page } from "../parts/page";
import { Badge, Table } from "../parts/table";
import { urlOf } from "../rules/route";
import { operator } from "../state/operator";
import { usePolled } from "../state/use-polled";
import { money, texts, time } from "../state/words";

/** Finds orders by their id, or by their customer. */
export function Orders({ search }: { search: string }) {
	const { orders: words } = texts.value;
	return (
		<Page title={words.title}>
			<form
				class="panel row find"
				role="search"
				onSubmit={(event) => {
					event.preventDefault();
					navigate(urlOf.orders(textOf(event.currentTarget, "search")), "refine");
				}}
			>
				<Field label={words.label} hint={words.hint} name="search" type="search" value={search} maxLength={64} />
				<button type="submit">{words.button}</button>
			</form>
			{search === "" ? <p class="calm">{words.start}</p> : <Found key={search} search={search} />}
		</Page>
	);
}

function Found({ search }: { search: string }) {
	const { orders: words, loading, status: statuses } = texts.value;
	const byId = usePolled(
		(signal) => operator.GET("/operator/api/orders", { signal, params: { query: { id: search } } }),
		[search],
	);
	const byCustomer = usePolled(
		(signal) => operator.GET("/operator/api/orders", { signal, params: { query: { customerId: search } } }),
		[search],
	);
	const found = [...(byId.data?.items ?? []), ...(byCustomer.data?.items ?? [])];
	if (found.length === 0)
		return <p class="calm">{byId.data && (byCustomer.data || byCustomer.refused) ? words.nothing(search) : loading}</p>;
	return (
		<Table caption={words.title} heads={[words.order, words.customer, words.status, words.total, words.placed]}>
			{found.map(({ id, customerId, status, total, createdAt }) => (
				<tr key={id}>
					<th scope="row">
						<a href={urlOf.order(id)}>{id}</a>
					</th>
					<td>
						<a href={urlOf.orders(customerId)}>{customerId}</a>
					</td>
					<td>
						<Badge tone={status === "completed" ? "good" : status === "cancelled" ? "bad" : "warn"}>
							{statuses[status]}
						</Badge>
					</td>
					<td class="amount">{money(total)}</td>
					<td>{time(createdAt)}</td>
				</tr>
			))}
		</Table>
	);
}
