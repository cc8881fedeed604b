import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { shop } from "../../shared/shop";
import { shopNow } from "../../shared/asking";
import { Sending } from "../calls/sending";
import { useAnswer } from "../calls/use-answer";
import { type CardFaults, type CardFields, formatExpiry, groupNumber, readCard } from "../rules/card";
import type { Order } from "../rules/orders";
import { announcement } from "../../shared/state/announcement";
import { learnOrder } from "../state/live-page";
import { money, texts } from "../state/visitor";
import { CardField } from "./card-field";
import { SendingNotice } from "../parts/sending-notice";
import { TestCards } from "./test-cards";

const EMPTY: CardFields = { number: "", expiry: "", cvc: "" };

export function PaymentForm({ order }: { order: Order }) {
	const { payment: text } = texts.value;
	const sending = useMemo(() => new Sending(), []);
	const [fields, setFields] = useState(EMPTY);
	const [faults, setFaults] = useState<CardFaults>({});
	const form = useRef<HTMLFormElement>(null);
	const { at } = sending.state.value;
	const isBusy = at === "sending" || at === "waiting";
	// The links say whether the payment processor is simulated.
	const { data: about } = useAnswer((signal) => shop.GET("/", { headers: { Accept: "application/json" }, signal }), []);
	const isSimulated = typeof about === "object" && about.paymentProcessor === "simulated";
	useEffect(() => () => sending.leave(), []);

	const change = (field: keyof CardFields) => (value: string) => {
		setFields((before) => ({ ...before, [field]: value }));
		setFaults(({ [field]: _, ...others }) => others);
	};
	const faultOf = (field: keyof CardFields) => {
		const fault = faults[field];
		if (fault === undefined) return undefined;
		return field === "number" && fault === "malformed" ? text.numberMalformed : text.faults[fault];
	};

	const pay = async () => {
		const read = readCard(fields, shopNow());
		if ("faults" in read) {
			setFaults(read.faults);
			const first = Object.keys(read.faults)[0]!;
			return form.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
		}
		const paid = await sending.send(`pay.${order.id}`, undefined, (key) =>
			shop.POST("/orders/{orderId}/payment", {
				params: { path: { orderId: order.id }, header: { "Idempotency-Key": key } },
				body: read.card,
			}),
		);
		if (paid) {
			announcement.value = text.paid;
			learnOrder(paid);
			return;
		}
		// Whatever was refused, the order may have another status now.
		const { data } = await shop
			.GET("/orders/{id}", { params: { path: { id: order.id } } })
			.catch(() => ({ data: undefined }));
		if (data) learnOrder(data);
	};

	return (
		<section class="panel" aria-label={text.title}>
			<h2>{text.title}</h2>
			<form
				ref={form}
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					void pay();
				}}
			>
				<CardField
					label={text.number}
					name="number"
					value={fields.number}
					fault={faultOf("number")}
					shown={groupNumber}
					change={change("number")}
					autocomplete="cc-number"
					maxLength={23}
					disabled={isBusy}
				/>
				<div class="pair">
					<CardField
						label={text.expiry}
						name="expiry"
						value={fields.expiry}
						fault={faultOf("expiry")}
						shown={formatExpiry}
						change={change("expiry")}
						placeholder="MM/YY"
						autocomplete="cc-exp"
						maxLength={7}
						disabled={isBusy}
					/>
					<CardField
						label={text.cvc}
						name="cvc"
						value={fields.cvc}
						fault={faultOf("cvc")}
						change={change("cvc")}
						autocomplete="cc-csc"
						maxLength={4}
						disabled={isBusy}
					/>
				</div>
				<SendingNotice sending={sending} />
				<button type="submit" class="wide" disabled={isBusy}>
					{at === "sending" ? text.paying : text.pay(money(order.total))}
				</button>
			</form>
			{isSimulated && <TestCards isLocked={isBusy} take={setFields} />}
		</section>
	);
}
