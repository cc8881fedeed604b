import { navigate } from "../../shared/state/router";
import { Field, textOf } from "../parts/field";
import { Page, Refusal } from "../parts/page";
import { Badge, Newest, Table } from "../parts/table";
import { urlOf } from "../rules/route";
import { operator, type Schemas } from "../state/operator";
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
	const { orders: words, loading } = texts.value;
	const byId = usePolled(
		(signal) => operator.GET("/operator/api/orders", { signal, params: { query: { id: search } } }),
		[search],
	);
	const byCustomer = usePolled(
		(signal) => operator.GET("/operator/api/orders", { signal, params: { query: { customerId: search, limit: 100 } } }),
		[search],
	);
	const found = [...(byId.data?.items ?? []), ...(byCustomer.data?.items ?? [])];
	// What is no id of a customer may be one of an order.
	const refused = [byId.refused, byCustomer.refused].find((each) => each && each.status !== 422);
	if (refused) return <Refusal refused={refused} />;
	if (found.length === 0)
		return <p class="calm">{byId.data && (byCustomer.data || byCustomer.refused) ? words.nothing(search) : loading}</p>;
	return (
		<>
			<OrdersTable orders={found} />
			{byCustomer.data && <Newest list={byCustomer.data} />}
		</>
	);
}

function OrdersTable({ orders }: { orders: Array<Schemas["Order"]> }) {
	const { orders: words, status: statuses } = texts.value;
	return (
		<Table caption={words.title} heads={[words.order, words.customer, words.status, words.total, words.placed]}>
			{orders.map(({ id, customerId, status, total, createdAt }) => (
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
