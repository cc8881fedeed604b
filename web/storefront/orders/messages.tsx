import { useEffect, useRef, useState } from "preact/hooks";
import { type Schemas, shop } from "../../shared/shop";
import { ask } from "../../shared/asking";
import { happened, orderOf } from "../state/live-page";
import { customerId, money, refOf, texts, time } from "../state/visitor";

type Message = Schemas["Notification"];

/** Messages are written a moment after what they tell of. */
const LOOK_AFTER_MS = [300, 2_000];

/** The messages to the visitor, newest first. @param orderId only those about this order, of the newest */
export function Messages({ orderId }: { orderId?: string }) {
	return <MessagesTo key={customerId.value} customer={customerId.value} orderId={orderId} />;
}

function MessagesTo({ customer, orderId }: { customer: string; orderId?: string }) {
	const { myPage: text } = texts.value;
	const [messages, setMessages] = useState<readonly Message[]>([]);
	/** Undefined while nothing was read. */
	const [older, setOlder] = useState<string | null>();
	const hasLeft = useRef(false);
	const changes = happened.value;

	const read = async (cursor?: string) => {
		const query = { customerId: customer, ...(cursor === undefined ? {} : { cursor }) };
		const answered = await ask(() => shop.GET("/notifications", { params: { query } }));
		if (hasLeft.current || "refused" in answered) return;
		const { items, next } = answered.data;
		setMessages((before) => {
			const known = new Map([...before, ...items].map((message) => [message.id, message]));
			return [...known.values()].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
		});
		setOlder((before) => (cursor !== undefined || before === undefined ? next : before));
	};
	useEffect(() => {
		const timers = LOOK_AFTER_MS.map((ms) => setTimeout(() => void read(), ms));
		return () => timers.forEach(clearTimeout);
	}, [changes]);
	useEffect(() => () => void (hasLeft.current = true), []);

	const shown = messages.filter((message) => orderId === undefined || message.orderId === orderId);
	// There may be some about this order among those that were not read.
	if (orderId !== undefined && shown.length === 0 && older !== null) return null;
	return (
		<section aria-label={text.messages}>
			<h2>{text.messages}</h2>
			{shown.length === 0 && <p class="calm">{text.messagesEmpty}</p>}
			<ul class="messages">
				{shown.map((message) => (
					<li key={message.id}>
						<time dateTime={message.createdAt}>{time(message.createdAt)}</time>
						<p>{wordsOf(message)}</p>
					</li>
				))}
			</ul>
			{orderId === undefined && typeof older === "string" && (
				<button type="button" class="quiet" onClick={() => void read(older)}>
					{text.olderMessages}
				</button>
			)}
		</section>
	);
}

/** The message in the visitor's language; as the shop sent it where the order is not known here. */
function wordsOf({ type, orderId, text }: Message): string {
	const order = orderOf(orderId);
	const words = texts.value.messages[type];
	return order && words ? words(refOf(orderId), money(order.total)) : text;
}
